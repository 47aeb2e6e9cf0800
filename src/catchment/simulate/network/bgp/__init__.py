"""The BGP of a network, router by router: decisions, policies, reflection, and where the messages end. Pure.

model.speakers ---> sessions   each peering as two directed sessions
                      |
   policies ---> exchange      what a router takes from a neighbour, what it gives to one
                      |
   decision ---> judge         which route wins, and why each other one lost; profiles has the rules of each daemon
                      |
   wiring   ---> kind          exchange and judge, each question asked once for all prefixes that policies treat alike
                      |
                 conversation  one prefix in all routers: who holds what, and which message waits
                      |
                 propagation   message by message until nothing is left to say, or the messages repeat (oscillation)
                      |
   log      ---> outcome       the tables of every router          stable   which quiet states there are at all
"""
