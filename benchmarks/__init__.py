"""How much work one request costs, beside the least that any web application could do."""
