"""The settings of the operators' API."""

from functions.shared.settings import Settings


class ReviewsSettings(Settings):
    """Environment of the reviews function."""

    table_name: str
