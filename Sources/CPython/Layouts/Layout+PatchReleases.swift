extension Layout {
  /// Returns the layout with changes of patch releases that no structure and no debug offset shows.
  ///
  /// - Parameter version: the version, as exact as it is known; without a patch release the layout stays as it is.
  package func adjusted(to version: PythonVersion) -> Layout {
    var layout = self
    // gh-130327: since 3.13.13 and 3.14.4 a `__dict__` is visited even if the object has values of its own.
    let firstReleases = [13: 13, 14: 4]
    if let micro = version.micro, let first = firstReleases[version.minor] {
      layout.instance.traversal = micro < first ? .valuesFirst : .dictFirst
    }
    return layout
  }
}
