extension Layout {
  /// The patch release whose tables this layout has; nil if patch releases of the version have no tables of their own.
  package var release: Int? { PatchReleases(of: version).map { releaseMicro ?? $0.whole } }

  /// The version, with the patch release where its tables differ from others.
  package var exactVersion: PythonVersion { PythonVersion(version.major, version.minor, release) }

  /// Returns the layout of a patch release: what the release has otherwise, and changes that no structure and no debug
  /// offset shows.
  ///
  /// - Parameter version: the version, as exact as it is known; without a patch release the layout stays as it is.
  package func adjusted(to version: PythonVersion) -> Layout {
    guard let micro = version.micro else { return self }
    var layout = self
    if let releases = PatchReleases(of: version) {
      let nearest = releases.nearest(to: micro)
      releases.changes[nearest]?(&layout)
      layout.releaseMicro = nearest
    }
    // gh-130327: since 3.13.13 and 3.14.4 a `__dict__` is visited even if the object has values of its own.
    let firstReleases = [13: 13, 14: 4]
    if let first = firstReleases[version.minor] {
      layout.instance.traversal = micro < first ? .valuesFirst : .dictFirst
    }
    return layout
  }
}

/// The patch releases of a version that have tables of their own (`tests/layouts/releases.py`).
///
/// Patch releases move fields too, and give types other sizes. One release has whole tables, the others what they have
/// otherwise. A release without tables is read with those of the nearest one before it.
struct PatchReleases {
  /// The patch release whose tables are whole, and all that have tables, ascending.
  let whole: Int
  let known: [Int]
  /// What a release has otherwise: of the layout, and the lines of `StructureLayout` and `ModuleStateLayout`.
  let changes: [Int: @Sendable (inout Layout) -> Void]
  let structures: [Int: String]
  let states: [Int: String]

  /// The patch releases of a minor version; nil if none of them has tables of its own.
  init?(of version: PythonVersion) {
    switch (version.major, version.minor) {
    case (3, 13):
      (whole, known) = (Layout.wholeRelease3_13, Layout.knownReleases3_13)
      (changes, structures) = (Layout.releases3_13, StructureLayout.releases3_13)
      states = ModuleStateLayout.releases3_13
    case (3, 14):
      (whole, known) = (Layout.wholeRelease3_14, Layout.knownReleases3_14)
      (changes, structures) = (Layout.releases3_14, StructureLayout.releases3_14)
      states = ModuleStateLayout.releases3_14
    case (3, 15):
      (whole, known) = (Layout.wholeRelease3_15, Layout.knownReleases3_15)
      (changes, structures) = (Layout.releases3_15, StructureLayout.releases3_15)
      states = ModuleStateLayout.releases3_15
    default: return nil
    }
  }

  /// The release whose tables serve another one: the last before it, or else the first.
  func nearest(to micro: Int) -> Int { known.last { $0 <= micro } ?? known.first ?? whole }

  /// The lines of a release in a table, before those of the other releases: a type or module whose size another release
  /// states has that one's form.
  func lines(of release: Int, in table: [Int: String], whole text: String) -> [Substring] {
    let texts = release == whole ? [text] : [table[release] ?? "", text]
    let others = known.filter { $0 != release }.reversed().compactMap { table[$0] }
    return (texts + others).flatMap { $0.split(separator: "\n") }
  }
}
