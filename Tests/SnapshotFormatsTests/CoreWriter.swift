import MemoryImage
@testable import SnapshotFormats

/// Builds ELF core files from Swift values, well-formed ones and others.
struct CoreWriter {
  /// A PT_LOAD program header and its bytes.
  struct Region {
    var address: UInt64
    var bytes: [UInt8]
    /// The size in memory; that of the bytes if nil.
    var memorySize: UInt64?
    /// PF_R is 4, PF_W 2, PF_X 1.
    var flags: UInt32 = 6
    /// Replaces what the file would have as `p_offset`.
    var offset: UInt64?
    /// Replaces what the file would have as `p_filesz`.
    var fileSize: UInt64?
  }

  /// An entry of the note NT_FILE.
  struct File {
    var start: UInt64
    var end: UInt64
    var page: UInt64 = 0
    var path: String
  }

  var regions: [Region] = []
  var files: [File] = []
  var fileClass: UInt8 = 2
  var byteOrder: UInt8 = 1
  var type: UInt16 = 4
  var machine: UInt16 = 62
  /// Put the number of program headers into the section header, as cores with more than 65,534 do.
  var countsInSection = false
  /// Replaces the number of sections that the section header gives.
  var sectionCount: UInt64?
  /// Replaces the description of the note NT_FILE.
  var fileNote: [UInt8]?
  /// The description of the note NT_AUXV, if there is one.
  var auxiliaryVector: [UInt64]?
  /// The owner of a further note, which has no meaning.
  var otherOwner: String?

  var bytes: [UInt8] {
    let headerCount = regions.count + 1
    let tableOffset: UInt64 = 64
    let sectionOffset = tableOffset + UInt64(headerCount) * 56
    let hasSection = countsInSection || sectionCount != nil
    let notes =
      note(name: "CORE", type: 0x4649_4C45, fileNote ?? fileNoteDescription)
      + (auxiliaryVector.map { note(name: "CORE", type: 6, $0.flatMap(\.littleEndianBytes)) } ?? [])
      + (otherOwner.map { note(name: $0, type: 0, [0]) } ?? [])
    let notesOffset = sectionOffset + (hasSection ? 64 : 0)
    var file: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, fileClass, byteOrder, 1, 0] + [UInt8](repeating: 0, count: 8)
    file += type.littleEndianBytes + machine.littleEndianBytes + UInt32(1).littleEndianBytes
    file += UInt64(0).littleEndianBytes + tableOffset.littleEndianBytes
    file += (hasSection ? sectionOffset : 0).littleEndianBytes + UInt32(0).littleEndianBytes
    file += UInt16(64).littleEndianBytes + UInt16(56).littleEndianBytes
    file += (countsInSection ? 0xFFFF : UInt16(headerCount)).littleEndianBytes
    file += UInt16(64).littleEndianBytes + UInt16(0).littleEndianBytes + UInt16(0).littleEndianBytes
    file += programHeader(type: 4, offset: notesOffset, address: 0, fileSize: UInt64(notes.count), memorySize: 0)
    var offset = notesOffset + UInt64(notes.count)
    for region in regions {
      let size = region.fileSize ?? UInt64(region.bytes.count)
      file += programHeader(
        type: 1, flags: region.flags, offset: region.offset ?? offset, address: region.address, fileSize: size,
        memorySize: region.memorySize ?? size)
      offset += UInt64(region.bytes.count)
    }
    if hasSection {
      file += [UInt8](repeating: 0, count: 32) + (sectionCount ?? 1).littleEndianBytes
      file += UInt32(0).littleEndianBytes + UInt32(headerCount).littleEndianBytes + [UInt8](repeating: 0, count: 16)
    }
    return file + notes + regions.flatMap(\.bytes)
  }
}

private extension CoreWriter {
  func programHeader(
    type: UInt32, flags: UInt32 = 0, offset: UInt64, address: UInt64, fileSize: UInt64, memorySize: UInt64
  ) -> [UInt8] {
    type.littleEndianBytes + flags.littleEndianBytes + offset.littleEndianBytes + address.littleEndianBytes
      + UInt64(0).littleEndianBytes + fileSize.littleEndianBytes + memorySize.littleEndianBytes
      + UInt64(type == 4 ? 4 : 1).littleEndianBytes
  }

  func note(name: String, type: UInt32, _ description: [UInt8]) -> [UInt8] {
    let owner = Array(name.utf8) + [0]
    return UInt32(owner.count).littleEndianBytes + UInt32(description.count).littleEndianBytes
      + type.littleEndianBytes + padded(owner) + padded(description)
  }

  func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
  }

  var fileNoteDescription: [UInt8] {
    UInt64(files.count).littleEndianBytes + UInt64(4096).littleEndianBytes
      + files.flatMap { $0.start.littleEndianBytes + $0.end.littleEndianBytes + $0.page.littleEndianBytes }
      + files.flatMap { Array($0.path.utf8) + [0] }
  }
}
