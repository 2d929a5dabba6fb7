"""What was measured, for those who read it after the run: the page of figures, and lists of what is wrong."""

from harness import exactness_table


class Records:
    """The comparisons of a run by version; `folder`, if given, gets the list of what is wrong as each is kept."""

    def __init__(self, folder=None):
        self._folder = folder
        self._comparisons = {}

    def keep(self, version, comparison):
        comparison.release_memory()
        self._comparisons[version] = comparison
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_list(self._folder / f"exactness-{version}.txt", comparison)

    def write_page(self):
        exactness_table.write(self._comparisons)


def write_list(path, comparison):
    """What is wrong, most first, for those who mend it."""
    results = sorted(comparison.results.values(), key=lambda r: (-r.wrong, r.label))
    with open(path, "w") as file:
        file.write(f"{comparison.object_count} objects, {comparison.rows} found\n")
        file.write(f"{'type':<44}{'objects':>9}{'lost':>8}{'extra':>8}{'size':>8}{'refs':>7}{'of':>6}{'unreached':>10}\n")
        for r in results:
            if r.wrong or r.unreached:
                file.write(f"{r.label:<44}{r.count:>9}{r.lost:>8}{r.extra:>8}{r.wrong_sizes:>8}{r.wrong_referents:>7}"
                           f"{r.sampled:>6}{r.unreached:>10}\n")
                for kind, texts in r.examples.items():
                    file.writelines(f"        {kind}: {text}\n" for text in texts)
                if r.unreached:
                    file.write(f"        unreached, held by: {dict(comparison.holders[r.label].most_common(6))}\n")
