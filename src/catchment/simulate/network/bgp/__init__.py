"""The BGP of a network, router by router: decisions, policies, reflection, and where the messages end. Pure.

model.speakers ---> sessions   each peering as two directed sessions
                      |
   policies ---> exchange      what a router takes from a neighbour, what it gives to one
                      |
   profiles ---> decision      which route wins, and why each other one lost
                      |
                 propagation   message by message until nothing is left to say, or the messages repeat
                      |
                 outcome       the tables of every router          stable   which quiet states there are at all
"""
