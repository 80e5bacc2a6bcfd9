"""Small texts for whole-pipeline tests, about events of our own telling."""

SUEZ = """= The canal crisis =

On 26 July 1956, President Nasser nationalized the Suez Canal Company. The United Kingdom and France condemned Egypt.

== War ==

On October 29, Israel invaded the Sinai. Two days later, Britain and France bombed Egyptian airfields. The United
States demanded a ceasefire, and on November 6 the British government accepted it.

== See also ==

- The canal of 1869
"""

PACT = """The pact of 1939

On August 23, 1939, the Soviet Union and Germany signed a treaty in Moscow. A week later Germany attacked Poland.
The United Kingdom declared war on Germany on September 3.
"""
