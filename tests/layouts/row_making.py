"""What the tables of rows are written with: rows.py explains them."""


def since(version, new, old):
    """A row that is `new` from `version` on and `old` before."""
    return lambda found: [new] if found >= version else [old]


def by_version(*pairs):
    """A row that is what follows the first version not newer than the interpreter's: `by_version((3, 12), A, (3, 8),
    B)`."""
    versions = list(zip(pairs[::2], pairs[1::2]))
    return lambda found: next([value] for version, value in versions if found >= version)


def fields(type_, *names):
    """Rows for the fields of `type_` that have the same name in Swift."""
    return {name: [f"{type_}.{name}"] for name in names}
