package import MemoryImage

/// The offsets of a `MultiDictObject`'s fields. The package multidict is not part of CPython: the tables are typed from
/// its `multidict/_multilib/dict.h`, `pair_list.h` and `htkeys.h`, for its releases 6.0 to 7.2.
package enum MultiDictLayout: Sendable, Equatable {
  /// Up to 6.4: an array of pairs, the first of them inside the object.
  case pairs(capacity: FieldOffset<Int>, count: FieldOffset<Int>, pairs: FieldOffset<Address>, buffer: Int)
  /// Since 6.5: a hash table in a block of its own. `tables` are its possible forms.
  case keys(FieldOffset<Address>, count: FieldOffset<Int>, tables: [Table])

  /// `pair_t`, and `MIN_CAPACITY` of an array outside the object.
  package static let pairSize = 32
  package static let leastCapacity = 63

  /// `htkeys_t` and `entry_t`.
  package struct Table: Sendable, Equatable {
    /// The number of bytes before `indices`.
    package let headSize: Int
    package let entrySize: Int
    /// `kind`, since 7.1.
    package let kind: UInt8?
    package let key: Int
    /// Nil if an entry holds only its key and value.
    package let identity: Int?
    package let hash: Int?
    package var hasResumeSlots: Bool { headSize > 24 }
  }

  package static let log2Size: FieldOffset<UInt8> = 0
  package static let log2IndexBytes: FieldOffset<UInt8> = 1
  package static let kind: FieldOffset<UInt8> = 2
  package static let usable: FieldOffset<Int> = 8
  package static let entryCount: FieldOffset<Int> = 16
  package static let resumeSlots: FieldOffset<Address> = 24

  private static let table65 = Table(headSize: 24, entrySize: 32, kind: nil, key: 16, identity: 8, hash: 0)
  private static let table69 = Table(headSize: 32, entrySize: 32, kind: nil, key: 16, identity: 8, hash: 0)
  private static let tables71 = [
    Table(headSize: 32, entrySize: 32, kind: 0, key: 0, identity: 16, hash: 24),
    Table(headSize: 32, entrySize: 16, kind: 1, key: 0, identity: nil, hash: nil),
  ]
  private static let tables6 = [table65, table69]
  private static let tables7 = [table69] + tables71

  /// The layouts of a type with the given `tp_basicsize`. Before Python 3.12 there is a `weaklist`, since 7.0 as the last
  /// field.
  package static func layouts(basicSize: Int) -> [MultiDictLayout] {
    switch basicSize {
    case 992, 960: [.pairs(capacity: 24, count: 32, pairs: 56, buffer: 64)]
    case 968: [.pairs(capacity: 32, count: 40, pairs: 64, buffer: 72)]
    case 56: [.keys(48, count: 24, tables: tables6)]
    case 64: [.keys(56, count: 32, tables: tables6), .keys(24, count: 40, tables: tables7)]
    case 72: [.keys(24, count: 40, tables: tables7)]
    default: []
    }
  }
}
