package org.keras4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.npy.Npz;
import org.keras4j.models.Model;
import org.keras4j.training.Run;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code predict}: runs a saved model on arrays. */
@Command(
    name = "predict",
    description = {
      "Runs a .keras file on arrays.",
      "IN.npz holds in0, in1, ... in the order of the model's inputs; OUT.npz gets out0, out1, ..."
    },
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
  @Parameters(arity = "3..*", paramLabel = "FILE.keras IN.npz OUT.npz")
  private Path[] files;

  @Option(names = "--backend", description = "pytorch, tensorflow or xla.")
  private @Nullable String backend;

  @Override
  public Integer call() throws Exception {
    if (backend != null) {
      Keras.setBackend(backend);
    }
    if (files.length % 3 != 0) {
      throw new IllegalArgumentException(
          "predict: expected FILE.keras IN.npz OUT.npz, once or several times, got " + files.length
              + " files");
    }
    int failed = 0;
    for (int i = 0; i < files.length; i += 3) {
      try {
        predict(files[i], files[i + 1], files[i + 2]);
      } catch (RuntimeException e) {
        System.err.println("keras4j: " + e.getMessage());
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
  }

  private static void predict(Path file, Path in, Path out) throws IOException {
    Map<String, NDArray> arrays = Npz.read(in);
    List<NDArray> inputs = new ArrayList<>();
    for (int i = 0; arrays.containsKey("in" + i); i++) {
      inputs.add(arrays.get("in" + i));
    }
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(
          in + " must hold arrays in0, in1, ..., it has " + arrays.keySet());
    }
    Model model = Model.load(file);
    Object result =
        model.predictNested(inputs.size() == 1 ? inputs.get(0) : inputs, Run.defaults());
    Map<String, NDArray> results = new LinkedHashMap<>();
    for (Object leaf : Nest.flatten(result)) {
      results.put("out" + results.size(), (NDArray) leaf);
    }
    Npz.write(out, results);
  }
}
