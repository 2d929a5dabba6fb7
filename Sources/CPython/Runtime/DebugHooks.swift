package import MemoryImage

/// The bytes that Python's debugging allocator adds to each block: with `PYTHONMALLOC=debug`, with `-X dev`, and in every
/// build with `Py_DEBUG`, whose objects otherwise are those of the usual build.
///
/// Before a block are its size, a letter for the allocator's domain, and seven bytes that must not be written
/// (`_PyMem_DebugRawAlloc` in Objects/obmalloc.c). A freed block is filled with 0xDD, so that no dead object remains in it.
///
/// Headers nest: pymalloc takes what is too large for its pools from `PyMem_RawMalloc`, which has hooks too. The outer
/// header is then before the inner one.
package enum DebugHooks {
  /// The number of bytes before each block: two words.
  package static let prefixSize = 16

  /// The second word before a block of `PyObject_Malloc`: an `o` and seven times `PYMEM_FORBIDDENBYTE`, 0xFD.
  static let objectMark = mark("o")
  /// The second word before a block of `PyMem_RawMalloc`.
  static let rawMark = mark("r")

  private static func mark(_ domain: Unicode.Scalar) -> UInt64 { 0xFDFD_FDFD_FDFD_FD00 | UInt64(UInt8(ascii: domain)) }

  /// The beginning of the memory of which the block at `start` is a part: before the outer header, if there is one.
  package static func outermostStart(of start: Address, in inferior: Inferior) -> Address {
    guard inferior.blockPrefixSize > 0, let word: UInt64 = try? inferior.memory.load(at: start - 8), word == rawMark else {
      return start
    }
    return start - prefixSize
  }

  /// Whether the process allocates with debug hooks: the mark is before most of the types that were made at run time.
  static func arePresent(in inferior: Inferior) -> Bool {
    var marked = 0
    var unmarked = 0
    for type in inferior.types.types where type.traits.flags.contains(.heapType) {
      guard let header = inferior.object(at: type.address),
        let word: UInt64 = try? inferior.memory.load(at: type.address - header.type.preheaderSize - 8)
      else { continue }
      if word == objectMark { marked += 1 } else { unmarked += 1 }
    }
    return marked > unmarked
  }
}
