import Testing

@testable import CPython

/// Patch releases that have tables of their own, and versions that have none.
struct PatchReleaseTests {
  private static let whole = Layout.supported.filter { PatchReleases(of: $0.version) != nil }

  @Test(arguments: [(0, 40), (4, 40), (5, 24), (7, 24), (18, 24), (99, 24)])
  func `a release is read with the tables of the nearest one before it`(micro: Int, lockSize: Int) {
    let layout = Layout.cpython3_13.adjusted(to: PythonVersion(3, 13, micro))

    #expect(layout.lock.size == lockSize)
    #expect(layout.release.map { $0 <= micro } == true)
  }

  @Test func `a release before all that are known has the tables of the first`() {
    #expect(Layout.cpython3_14.adjusted(to: PythonVersion(3, 14, 0)).release == 8)
    #expect(Layout.cpython3_15.adjusted(to: PythonVersion(3, 15, 1)).release == 0)
    #expect(Layout.cpython3_15.adjusted(to: PythonVersion(3, 15)).release == 2)
    #expect(Layout.cpython3_12.adjusted(to: PythonVersion(3, 12, 9)).release == nil)
  }

  @Test func `every table of a release is sound`() throws {
    for layout in Self.whole {
      let releases = try #require(PatchReleases(of: layout.version))
      for micro in releases.known {
        let release = layout.adjusted(to: PythonVersion(3, layout.version.minor, micro))
        #expect(release.release == micro)
        #expect(release.fieldOutsideRecord == nil, "\(release.exactVersion)")
        #expect(!StructureTable.of(release).all.isEmpty)
      }
      #expect(releases.known.contains(releases.whole))
    }
  }

  @Test func `a structure that grew is chosen by the size of the type`() throws {
    let first = StructureTable.of(Layout.cpython3_13.adjusted(to: PythonVersion(3, 13, 5)))
    let name = "BaseExceptionGroup"

    #expect(first[name]?.size == 88)
    #expect(first.structure(of: name, size: 96)?.fields.map(\.name).last == "excs_str")
    #expect(first.structure(of: name, size: 104) == nil)
    #expect(StructureTable.of(Layout.cpython3_13.adjusted(to: PythonVersion(3, 13, 18)))[name]?.size == 96)
  }

  @Test func `a version newer than all is tried with the newest layout, and one that is too old with none`() throws {
    let newest = try #require(Layout.supported.last).version

    #expect(try Layout.candidates(for: PythonVersion(3, newest.minor + 1, 0)).map(\.version) == [newest])
    #expect(try Layout.candidates(for: nil).count == Layout.supported.count)
    #expect(try Layout.candidates(for: PythonVersion(3, 8, 20)).map(\.version) == [PythonVersion(3, 8)])
    for version in [PythonVersion(3, 7), PythonVersion(2, 7, 18), PythonVersion(4, 0)] {
      #expect(throws: InferiorProblem.self) { try Layout.candidates(for: version) }
    }
  }
}
