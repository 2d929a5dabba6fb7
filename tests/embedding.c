/* Embeds Python, names types of its library, so that the linker copies them into this program, and has a static type of
   its own whose name is that of another. usage: embedding SCRIPT */
#include <Python.h>
#include <frameobject.h>
#include <stdio.h>

struct numbers {
    PyObject_HEAD
    long values[37];
};

static PyTypeObject numbers_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "generator",
    .tp_basicsize = sizeof(struct numbers),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
};

int main(int argc, char **argv)
{
    PyTypeObject *volatile named[] = {
        &PyType_Type, &PyBaseObject_Type, &PyUnicode_Type, &PyLong_Type, &PyDict_Type, &PyTuple_Type, &PyList_Type,
        &PyBool_Type, &PyFunction_Type, &PyCode_Type, &PyModule_Type, &PyFrame_Type, &PyBytes_Type,
    };
    FILE *script = fopen(argv[argc - 1], "r");
    Py_Initialize();
    if (!script || !named[0] || PyType_Ready(&numbers_type) < 0)
        return 1;
    PyObject *main_module = PyImport_AddModule("__main__");
    PyModule_AddObject(main_module, "numbers_type", (PyObject *)&numbers_type);
    return PyRun_SimpleFile(script, argv[argc - 1]);
}
