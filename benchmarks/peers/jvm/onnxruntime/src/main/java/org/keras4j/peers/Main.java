package org.keras4j.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * ONNX Runtime on networks that benchmarks/peers/python/export_onnx.py made of Keras's, from the folder that the system
 * property {@code models} names. With as many threads as the environment's OMP_NUM_THREADS says, or else as there are processors.
 */
public final class Main implements Library {
  private static final int IMAGE = 224 * 224 * 3;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  public static void main(String[] args) {
    Program.run(new Main(), args);
  }

  @Override
  public String peer() {
    return "onnxruntime";
  }

  @Override
  public String backend() {
    return "cpu";
  }

  @Override
  public String versions() {
    return "ONNX Runtime " + environment.getVersion();
  }

  @Override
  public Job prepare(String workload, Batches b) throws Exception {
    if (!workload.contains("_infer")) {
      return null;
    }
    String network = workload.substring(0, workload.indexOf('_'));
    Path file = Path.of(System.getProperty("models", "models"), network + ".onnx");
    if (!Files.exists(file)) {
      throw new IllegalStateException("There is no " + file + ": export_onnx.py makes it");
    }
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    String threads = System.getenv("OMP_NUM_THREADS");
    int cores = Runtime.getRuntime().availableProcessors(); // left to itself it took one of two
    options.setIntraOpNumThreads(threads == null ? cores : Integer.parseInt(threads));
    OrtSession session = environment.createSession(file.toString(), options);
    String input = session.getInputNames().iterator().next();
    String params = session.getMetadata().getCustomMetadata().get("params");
    float[][] x = b.normalPool(IMAGE);
    long[] shape = {b.size(), 224, 224, 3};
    Step step = k -> run(session, input, x[k % Batches.POOL], shape);
    return new Job("", step, Long.parseLong(params));
  }

  private double run(OrtSession session, String input, float[] images, long[] shape)
      throws OrtException {
    try (OnnxTensor in = OnnxTensor.createTensor(environment, FloatBuffer.wrap(images), shape);
        OrtSession.Result out = session.run(Map.of(input, in))) {
      // as predictOnBatch does, all scores come to the host
      return ((float[][]) out.get(0).getValue())[0][0];
    }
  }
}
