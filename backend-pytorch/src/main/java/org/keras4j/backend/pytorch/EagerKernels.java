package org.keras4j.backend.pytorch;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.keras4j.backend.pytorch.lowering.GraphWriter;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;

/**
 * Programs for single primitives, by primitive and inputs. Sizes are inputs of the compiled text, so new
 * shapes mostly find their text compiled already.
 */
final class EagerKernels {
  private static final int KEPT = 8192;

  private record Key(
      Object primitive, List<TensorSpec> in, String device, boolean differentiated) {}

  /** Name and attributes say all of a composite; its body is another object each time. */
  private record CompositeKey(String name, Object attributes) {}

  private final Map<Key, Program> programs = new ConcurrentHashMap<>();

  /**
   * The program.
   *
   * @param differentiated whether libtorch's automatic differentiation records this call
   */
  Program program(
      Primitive p,
      List<TensorSpec> in,
      List<TensorSpec> out,
      String device,
      boolean differentiated) {
    Object what = p instanceof Composite c ? new CompositeKey(c.name(), c.attributes()) : p;
    Key key = new Key(what, in, device, differentiated);
    Program program = programs.get(key);
    if (program == null) {
      Script script = Script.eager(device, differentiated);
      List<String> results = new GraphWriter(script).writeFunction(p, in, out);
      program = new Program(script, results, in.size(), out, device, true);
      if (programs.size() >= KEPT) {
        programs.clear();
      }
      programs.put(key, program);
    }
    return program;
  }
}
