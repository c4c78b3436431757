"""Where moto does something else than AWS, and the registration would notice.

Each module replaces parts of moto while the block of its context manager runs; each replacement says what AWS does.
"""
