"""Measures how many mistyped NIKs are noticed before the register is asked: by this project and by four packages.

`people` draws the persons, `slips` mistypes their NIKs, `checkers` asks everybody about them, `measurement` counts,
`costs` times, `report` writes it down. Everything that is counted follows from the seed; what is timed does not.
"""
