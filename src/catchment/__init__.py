"""catchment: predict, rehearse, run and verify an IP anycast service from one design file.

The house, in the order in which data flows:

    designfile   design.yaml -> Design, or every error with its place
    model        the nouns: place, session, site, service, intent, design, ROA
    internet     the Internet as arrays: its graph, its geography, one parser per public format
    simulate     who reaches which site: sessions -> routes -> forwarding -> Catchment; kernels/ see arrays only
    results      the facts that rooms hand to each other: catchment, decisions, comparison; archive saves them
    verify       facts against intents -> verdicts
    report       facts -> tables, CSV, JSON, a map page
    workflows    one file for each thing a person does; the only place where rooms meet
    cli          parse, call one workflow, show

This page imports nothing, on purpose: `import catchment.model` must not load numpy.
"""

__version__ = "0.1.0"
