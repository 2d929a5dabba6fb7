// An extension that leaves Python's functions as greenlet does: their frames are in no thread's chain, and nothing leads to
// them but the frame object of the innermost one, which a structure of C code keeps. It keeps any other object as well.

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>
#include <unistd.h>

// What lies in a block of `malloc`, of which Python knows nothing.
struct kept {
  double number;
  PyObject *object;
  PyObject *frame;
};

typedef struct {
  PyObject_HEAD
  struct kept *kept;
} Keeper;

static PyObject *keeper_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
  PyObject *object;
  if (!PyArg_ParseTuple(arguments, "O", &object)) return NULL;
  Keeper *keeper = (Keeper *)type->tp_alloc(type, 0);
  keeper->kept = calloc(1, 1000);
  keeper->kept->object = object;
  Py_INCREF(object);
  return (PyObject *)keeper;
}

// Takes the calling thread out of all functions that it is in, and never comes back.
static PyObject *keeper_suspend(PyObject *self, PyObject *nothing) {
  PyThreadState *state = PyThreadState_Get();
  PyObject *frame = (PyObject *)PyEval_GetFrame();
  ((Keeper *)self)->kept->frame = frame;
  Py_INCREF(frame);
#if PY_VERSION_HEX >= 0x030D0000
  state->current_frame = NULL;
#elif PY_VERSION_HEX >= 0x030B0000
  state->cframe->current_frame = NULL;
#else
  state->frame = NULL;
#endif
#if PY_VERSION_HEX >= 0x030B0000
  state->datastack_chunk = NULL;
  state->datastack_top = state->datastack_limit = NULL;
#endif
  PyEval_SaveThread();
  while (pause() == -1) continue;
  return NULL;
}

static PyObject *keeper_object(PyObject *self, void *nothing) {
  PyObject *object = ((Keeper *)self)->kept->object;
  Py_INCREF(object);
  return object;
}

static PyObject *keeper_is_suspended(PyObject *self, void *nothing) {
  return PyBool_FromLong(((Keeper *)self)->kept->frame != NULL);
}

static PyGetSetDef attributes[] = {
    {"object", keeper_object, NULL, NULL, NULL}, {"is_suspended", keeper_is_suspended, NULL, NULL, NULL}, {NULL}};

// Only this function knows the size of the block.
static PyObject *keeper_sizeof(PyObject *self, PyObject *nothing) { return PyLong_FromLong(sizeof(Keeper) + 1000); }

static PyMethodDef methods[] = {{"suspend", keeper_suspend, METH_NOARGS, NULL},
                                {"__sizeof__", keeper_sizeof, METH_NOARGS, NULL}, {NULL}};

static PyTypeObject keeper_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "suspending.Keeper",
    .tp_basicsize = sizeof(Keeper),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = keeper_new,
    .tp_methods = methods,
    .tp_getset = attributes,
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "suspending", .m_size = -1};

PyMODINIT_FUNC PyInit_suspending(void) {
  PyObject *module = PyModule_Create(&definition);
  if (module == NULL || PyType_Ready(&keeper_type) < 0) return NULL;
  Py_INCREF(&keeper_type);
  PyModule_AddObject(module, "Keeper", (PyObject *)&keeper_type);
  return module;
}
