package import MemoryImage

// The classes of `io` (Modules/_io). The type of each states the offsets of its `__dict__` and its weak references.

/// `bytesio` (Modules/_io/bytesio.c).
package struct BytesIOLayout: Sendable, Equatable {
  package var size: Int
  package var buf: FieldOffset<Address>
  package var pos: FieldOffset<Int>
  package var string_size: FieldOffset<Int>
  /// Whether the collector visits `buf`: since 3.12.
  package var bufferKind: ReferentKind
}

/// `stringio` (Modules/_io/stringio.c).
package struct StringIOLayout: Sendable, Equatable {
  package var size: Int
  package var buf: FieldOffset<Address>
  package var pos: FieldOffset<Int>
  package var string_size: FieldOffset<Int>
  package var buf_size: FieldOffset<Int>
  /// `STATE_ACCUMULATING` (2) while what is written is collected elsewhere.
  package var state: FieldOffset<Int32>
  package var closed: FieldOffset<Int8>
  package var decoder: FieldOffset<Address>
  package var readnl: FieldOffset<Address>
  package var writenl: FieldOffset<Address>
  /// Whether the collector visits these three: since 3.12.
  package var newlineKind: ReferentKind
  /// Before 3.12: lists of the collected pieces (`accu.large`, `accu.small`).
  package var large: FieldOffset<Address>?
  package var small: FieldOffset<Address>?
  /// In 3.12 and 3.13: the string that is written to (`writer.buffer`) and its number of characters (`writer.pos`).
  package var writerBuffer: FieldOffset<Address>?
  package var writerCount: FieldOffset<Int>?
  /// Since 3.14: the writer, a structure of its own that begins with the same fields.
  package var writer: FieldOffset<Address>?
  package var writerStructureBuffer: FieldOffset<Address>?
  package var writerStructureCount: FieldOffset<Int>?
}

/// `buffered`, the structure of `BufferedReader`, `BufferedWriter` and `BufferedRandom` (Modules/_io/bufferedio.c).
package struct BufferedLayout: Sendable, Equatable {
  package var size: Int
  package var raw: FieldOffset<Address>
  package var buffer: FieldOffset<Address>
  package var buffer_size: FieldOffset<Int>
}

/// `fileio` (Modules/_io/fileio.c).
package struct FileIOLayout: Sendable, Equatable {
  package var size: Int
  package var fd: FieldOffset<Int32>
  /// The offset of the bit fields, in bits from the object's start.
  package var createdBit: Int
  package var readableBit: Int
  package var writableBit: Int
  package var appendingBit: Int
}

/// `textio` (Modules/_io/textio.c).
package struct TextIOLayout: Sendable, Equatable {
  package var size: Int
  package var buffer: FieldOffset<Address>
  package var encoding: FieldOffset<Address>
  package var encoder: FieldOffset<Address>
  package var decoder: FieldOffset<Address>
  package var readnl: FieldOffset<Address>
  package var errors: FieldOffset<Address>
  package var decoded_chars: FieldOffset<Address>
  /// Bytes or text not yet written, or a list of them, and their number of bytes.
  package var pending_bytes: FieldOffset<Address>
  package var pending_bytes_count: FieldOffset<Int>
  package var snapshot: FieldOffset<Address>
  package var raw: FieldOffset<Address>
}
