package import MemoryImage

/// One kind of object, as it lay in the inferior's memory. Each has these members in this order, in a file of its own.
package protocol PythonObject: Sendable {
  /// Reads the object's own structure, and nothing that it points at.
  ///
  /// The inferior is `__shared`, that is, borrowed: initialisers own their parameters otherwise, and the threads of a
  /// scan would fight over its reference count for every object.
  ///
  /// - Throws: `MemoryFault` if the structure is not in the dump as a whole.
  init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault)

  /// Why this cannot be an object of its kind; nil if nothing speaks against it. Looks at the structure and at the
  /// tables that belong to it, not at other objects.
  func invalidReason(in inferior: Inferior) -> InvalidReason?

  /// Calls `body` with each object that this one refers to by its structure's fields: `.visited` what `tp_traverse` of
  /// the kind visits, with repetitions, and the rest as what it is. Null pointers may be among them; the type, the
  /// `__dict__` and what a subclass adds are not: `ObjectHeader.forEachReferent` sees to all of these.
  func forEachReferent(in inferior: Inferior, _ body: ReferentBody)

  /// What `__sizeof__` of the kind says, in bytes: the object's own memory without the collector's head.
  func byteCount(in inferior: Inferior) -> Int

  /// How the object prints, with up to `limit` of its entries.
  func shape(in inferior: Inferior, limit: Int) -> ObjectShape
}
