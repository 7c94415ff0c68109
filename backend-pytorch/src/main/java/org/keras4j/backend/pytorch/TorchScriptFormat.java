package org.keras4j.backend.pytorch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.keras4j.backend.pytorch.claims.Claims;
import org.keras4j.backend.pytorch.lowering.GraphWriter;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.types.TorchTypes;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.GraphFormat;
import org.keras4j.core.spi.ServingFunction;

/**
 * The format {@code "torchscript"}: a file that {@code torch.jit.load} reads, in Python, in libtorch and in what stands on it.
 * It holds a module with the inference function as {@code forward}: inputs in the order of the model's and under its names,
 * one tensor as result or a tuple. Weights are parameters and buffers of modules inside it, {@code dense.kernel}; gradients
 * reach the parameters. It runs on the device where its weights are moved.
 */
public final class TorchScriptFormat implements GraphFormat {
  /** Found by {@code ServiceLoader}. */
  public TorchScriptFormat() {}

  @Override
  public String name() {
    return "torchscript";
  }

  /**
   * Writes the file.
   *
   * @throws IllegalArgumentException if the function has parts that a TorchScript file cannot hold: strings, Java code, random
   *     numbers
   */
  @Override
  public void write(ServingFunction f, Path target) throws IOException {
    for (TensorSpec in : f.inputs()) {
      if (!TorchTypes.supports(in.dtype())) {
        throw refused(f, "an input is " + in + ", which libtorch has no tensors for");
      }
    }
    LibTorch.version(); // loads the library
    Graph g = f.graph(f.inputs(), Claims::accepts);
    Script script = Script.recorded();
    List<String> results = new GraphWriter(script).writeFunction(g, Set.of());
    for (Script.HostWork work : script.hostWork()) {
      throw refused(
          f,
          work instanceof Script.Call c
              ? "it has Java code inside (" + c.call().function() + ")"
              : "it draws random numbers");
    }
    DeepStack.call(script.lines(), () -> {
      save(f, script, results, target);
      return true;
    });
  }

  private static IllegalArgumentException refused(ServingFunction f, String why) {
    return new IllegalArgumentException(
        "'" + f.name() + "' cannot be exported to TorchScript: " + why);
  }

  private static void save(ServingFunction f, Script script, List<String> results, Path target) {
    List<String> members = new ArrayList<>();
    ModuleNames names = new ModuleNames();
    try (ScriptModule module = new ScriptModule(f.name())) {
      for (ServingFunction.Weight w : f.weights()) {
        List<String> parts = names.parts(w.path());
        module.put(parts, w.value(), w.trainable());
        members.add("self." + String.join(".", parts));
      }
      for (NDArray c : script.constants()) {
        // buffers too, so that they move to a device with the weights
        List<String> parts = names.parts("constants/c");
        module.put(parts, c, false);
        members.add("self." + String.join(".", parts));
      }
      List<DType> dtypes = f.inputs().stream().map(TensorSpec::dtype).toList();
      module.define(script.method(arguments(f.inputNames()), dtypes, members, results));
      module.save(target);
    } catch (RuntimeException e) {
      throw Failures.wrap("Exporting '" + f.name() + "' to TorchScript", e);
    }
  }

  private static List<String> arguments(List<String> names) {
    List<String> out = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String n : names) {
      String wanted = ModuleNames.identifier(n);
      String name = wanted;
      for (int i = 1; !seen.add(name); i++) {
        name = wanted + "_" + i;
      }
      out.add(name);
    }
    return out;
  }
}
