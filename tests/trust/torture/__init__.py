"""Faults on purpose: processes killed, disks full, files spoilt, clocks wrong, locks that lie; `npm run torture`.

Every part says what was acknowledged by a plain file of its own, and looks afterwards with eyes of its own whether it
is all there, once, with nothing that belongs to nobody.
"""
