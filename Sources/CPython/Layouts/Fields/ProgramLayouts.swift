package import MemoryImage

// The parts of a program: functions, code, modules.

/// `PyCellObject` (Include/cpython/cellobject.h).
package struct CellLayout: Sendable, Equatable {
  package var size: Int
  package var ob_ref: FieldOffset<Address>
}

/// `PyFunctionObject` (Include/cpython/funcobject.h).
package struct FunctionLayout: Sendable, Equatable {
  package var size: Int
  package var func_globals: FieldOffset<Address>
  package var func_builtins: FieldOffset<Address>?
  package var func_name: FieldOffset<Address>
  package var func_qualname: FieldOffset<Address>
  package var func_code: FieldOffset<Address>
  package var func_defaults: FieldOffset<Address>
  package var func_kwdefaults: FieldOffset<Address>
  package var func_closure: FieldOffset<Address>
  package var func_doc: FieldOffset<Address>
  package var func_dict: FieldOffset<Address>
  package var func_module: FieldOffset<Address>
  package var func_annotations: FieldOffset<Address>
  /// Since 3.14 (PEP 649).
  package var func_annotate: FieldOffset<Address>?
  /// Since 3.12 (PEP 695).
  package var func_typeparams: FieldOffset<Address>?
}

/// `PyMethodObject` (Include/cpython/classobject.h).
package struct MethodLayout: Sendable, Equatable {
  package var size: Int
  package var im_func: FieldOffset<Address>
  package var im_self: FieldOffset<Address>
}

/// `PyCFunctionObject` and the head of `PyMethodDef` (Include/cpython/methodobject.h, Include/methodobject.h).
package struct BuiltinFunctionLayout: Sendable, Equatable {
  package var size: Int
  package var m_ml: FieldOffset<Address>
  package var m_self: FieldOffset<Address>
  package var m_module: FieldOffset<Address>
  /// Since 3.9: the class that defines a method of the type `builtin_method` (`PyCMethodObject`).
  package var mm_class: FieldOffset<Address>?
  /// `PyMethodDef.ml_name`.
  package var ml_name: FieldOffset<Address>
}

/// `PyModuleObject` (Include/internal/pycore_moduleobject.h).
package struct ModuleLayout: Sendable, Equatable {
  package var size: Int
  package var md_dict: FieldOffset<Address>
  package var md_name: FieldOffset<Address>
  /// The state that the module's C code keeps, and the definition, which before 3.15 states the size of the state.
  package var md_state: FieldOffset<Address>
  package var md_def: FieldOffset<Address>
  /// Since 3.15: whether the module has a definition, and the size of its state in bytes.
  package var md_token_is_def: FieldOffset<UInt8>?
  package var md_state_size: FieldOffset<Int>?
}

/// `PyModuleDef` (Include/moduleobject.h).
package struct ModuleDefinitionLayout: Sendable, Equatable {
  package var size: Int
  package var m_name: FieldOffset<Address>
  /// The size of `md_state` in bytes.
  package var m_size: FieldOffset<Int>
}

/// `PyCodeObject` (Include/cpython/code.h).
package struct CodeLayout: Sendable, Equatable {
  package var size: Int
  package var co_argcount: FieldOffset<Int32>
  package var co_posonlyargcount: FieldOffset<Int32>
  package var co_kwonlyargcount: FieldOffset<Int32>
  package var co_stacksize: FieldOffset<Int32>
  package var co_flags: FieldOffset<Int32>
  package var co_firstlineno: FieldOffset<Int32>
  package var co_consts: FieldOffset<Address>
  package var co_names: FieldOffset<Address>
  package var co_filename: FieldOffset<Address>
  package var co_name: FieldOffset<Address>
  package var co_linetable: FieldOffset<Address>
  package var co_extra: FieldOffset<Address>
  /// Before 3.11, except `co_nlocals`, which newer versions keep.
  package var co_code: FieldOffset<Address>?
  package var co_nlocals: FieldOffset<Int32>?
  package var co_varnames: FieldOffset<Address>?
  package var co_freevars: FieldOffset<Address>?
  package var co_cellvars: FieldOffset<Address>?
  package var co_cell2arg: FieldOffset<Address>?
  package var co_opcache: FieldOffset<Address>?
  package var co_opcache_size: FieldOffset<UInt8>?
  /// Since 3.11.
  package var co_qualname: FieldOffset<Address>?
  package var co_exceptiontable: FieldOffset<Address>?
  package var co_localsplusnames: FieldOffset<Address>?
  package var co_localspluskinds: FieldOffset<Address>?
  package var co_nlocalsplus: FieldOffset<Int32>?
  package var co_code_adaptive: FieldOffset<UInt8>?
  /// The number of the first instruction at which the frame counts as begun (`_co_firsttraceable`).
  package var co_firsttraceable: FieldOffset<Int32>?
  /// Results of attribute accesses that are kept: code, variables, cells and free variables (`_PyCoCached`).
  package var co_cached: FieldOffset<Address>?
  /// The format of `co_linetable`.
  package var lineTableFormat: LineTable.Format
}
