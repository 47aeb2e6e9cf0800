"""Who reaches which site: sessions become starts, starts become routes, routes become a catchment. Pure."""
