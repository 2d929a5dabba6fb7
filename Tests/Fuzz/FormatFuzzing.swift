import MemoryImage
import NativeProcess

@testable import SnapshotFormats

/// The readers of the forms of a dump.
enum FormatFuzzing {
  static func core(_ bytes: [UInt8]) {
    let core = MappedBytes(copying: [0x7F, 0x45, 0x4C, 0x46, 2, 1] + bytes)
    let search = FileSearch()
    guard let contents = try? CoreFile(bytes: core, path: "core").contents(search: search) else { return }
    read(contents)
  }

  static func stream(_ bytes: [UInt8]) {
    if let manifest = DumpManifest(bytes), manifest.isWhole {
      claim(DumpManifest(manifest.bytes) == manifest, "another manifest")
    }
    let mapped = MappedBytes(copying: bytes)
    _ = RegionStream.isStream(mapped)
    for allowTruncated in [false, true] {
      guard
        let contents = try? RegionStream(bytes: mapped, path: "stream").contents(
          allowTruncated: allowTruncated)
      else {
        continue
      }
      read(contents)
    }
  }

  static func maps(_ bytes: [UInt8]) {
    let maps = ProcessMaps(parsing: String(decoding: bytes, as: UTF8.self))
    for mapping in maps.mappings {
      claim(mapping.range.start < mapping.range.end, "an empty mapping")
    }
  }

  static func names(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let name = RegionFileName(text) {
      claim(RegionFileName(name.text)?.range == name.range, "another range")
    }
    _ = Address(hexadecimal: text)
  }

  /// Every region can be read from its first byte to its last.
  private static func read(_ contents: SnapshotContents) {
    let memory = AddressSpace(regions: contents.regions)
    for region in memory.regions {
      claim((try? memory.load(UInt8.self, at: region.range.start)) != nil, "no first byte")
      claim((try? memory.load(UInt8.self, at: region.range.end - 1)) != nil, "no last byte")
    }
    claim(contents.warnings.allSatisfy { !$0.contains("\n") }, "a warning of two lines")
  }
}
