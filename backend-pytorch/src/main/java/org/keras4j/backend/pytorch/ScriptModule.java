package org.keras4j.backend.pytorch;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.BoolType;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;
import org.keras4j.backend.pytorch.types.TorchTypes;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;

/** A TorchScript module being made: tensors in modules inside one another, and one method. */
final class ScriptModule implements AutoCloseable {
  private final CompilationUnit unit = new CompilationUnit();
  private final JitModule module;
  private final Map<String, ScriptModule.Inner> inner = new LinkedHashMap<>();

  /** A module inside another, and what is inside of it. */
  private record Inner(JitModule module, Map<String, Inner> inner) {}

  ScriptModule(String name) {
    module = made(name);
  }

  private JitModule made(String name) {
    try (QualifiedName qualified = new QualifiedName("__torch__." + ModuleNames.identifier(name))) {
      JitModule m = new JitModule(qualified, unit, true);
      try (IValue no = new IValue(false);
          Type.TypePtr bool = new Type.TypePtr(BoolType.get().get())) {
        m.register_attribute("training", bool, no);
      }
      return m;
    }
  }

  /** Puts a tensor where the parts of its name say. */
  void put(List<String> parts, NDArray value, boolean trainable) {
    JitModule at = module;
    Map<String, Inner> level = inner;
    for (String part : parts.subList(0, parts.size() - 1)) {
      Inner next = level.get(part);
      if (next == null) {
        next = new Inner(made(part), new LinkedHashMap<>());
        at.register_module(part, next.module);
        level.put(part, next);
      }
      at = next.module;
      level = next.inner;
    }
    String leaf = parts.get(parts.size() - 1);
    try (Tensor t = HostMemory.copied(value)) {
      if (trainable && isDifferentiable(value.dtype())) {
        t.set_requires_grad(true);
        at.register_parameter(leaf, t, false);
      } else {
        at.register_buffer(leaf, t);
      }
    }
  }

  static boolean isDifferentiable(DType t) {
    return (t.isFloat() && t.size() > 1) || (t.isComplex() && TorchTypes.supports(t));
  }

  void define(String method) {
    module.define(method);
  }

  void save(Path file) {
    module.save(file.toString());
  }

  @Override
  public void close() {
    close(inner);
    module.close();
    unit.close();
  }

  private static void close(Map<String, Inner> level) {
    for (Inner i : level.values()) {
      close(i.inner);
      i.module.close();
    }
  }
}
