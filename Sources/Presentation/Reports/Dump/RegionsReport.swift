import MemoryImage
import NativeProcess
package import SnapshotFormats

/// What `regions` reports.
package struct RegionsReport: Encodable, Sendable {
  let bytes: Int
  let regions: [Row]

  /// A region.
  struct Row: Encodable, Sendable {
    let start: String
    let end: String
    let bytes: Int
    let permissions: String?
    let file: String?
  }

  package init(_ snapshot: Snapshot) {
    bytes = snapshot.memory.byteCount
    regions = snapshot.memory.regions.map { region in
      // The file that was mapped where the region begins.
      let mapped = snapshot.mappedFiles.first { $0.range.contains(region.range.start) }
      return Row(
        start: region.range.start.description, end: region.range.end.description, bytes: region.range.count,
        permissions: region.permissions?.description, file: region.file ?? mapped?.path)
    }
  }
}
