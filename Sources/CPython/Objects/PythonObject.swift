package import MemoryImage

/// One kind of object in the inferior's memory. Each kind has these members in this order, in a file of its own.
package protocol PythonObject: Sendable {
  /// Reads the object's own structure, but nothing that it points at.
  ///
  /// The inferior is `__shared`, that is, borrowed. Otherwise initialisers own their parameters, and the threads of a
  /// scan would contend for its reference count for every object.
  ///
  /// - Throws: `MemoryFault` if not all of the structure is in the dump.
  init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault)

  /// The reason why this cannot be an object of its kind; nil if there is none. Checks the structure and the tables that
  /// belong to it, but no other objects.
  func invalidReason(in inferior: Inferior) -> InvalidReason?

  /// Calls `body` with each object that this one refers to by its structure's fields: as `.visited` what `tp_traverse` of
  /// the kind visits, with repetitions, and other references with their own kind. Null pointers may be among them. The
  /// type, the `__dict__` and what a subclass adds are not; `ObjectHeader.forEachReferent` handles all of these.
  func forEachReferent(in inferior: Inferior, _ body: ReferentBody)

  /// The result of `__sizeof__` of the kind, in bytes: the object's own memory without the collector's head.
  func byteCount(in inferior: Inferior) -> Int

  /// The printed form of the object, with up to `limit` of its entries.
  func shape(in inferior: Inferior, limit: Int) -> ObjectShape
}
