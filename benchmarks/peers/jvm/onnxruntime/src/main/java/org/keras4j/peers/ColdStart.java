package org.keras4j.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/** ONNX Runtime from the start of the JVM to the first prediction; prints what keras4j's {@code bench cold_start} reads. */
public final class ColdStart {
  private ColdStart() {}

  public static void main(String[] args) throws Exception {
    long jvm = System.currentTimeMillis();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long engine = System.currentTimeMillis();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
    OrtSession session = environment.createSession(args[0], options);
    long loaded = System.currentTimeMillis();
    long[] shape = Arrays.stream(args[1].split(",")).mapToLong(Long::parseLong).toArray();
    int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    String input = session.getInputNames().iterator().next();
    try (OnnxTensor x =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(new float[size]), shape);
        OrtSession.Result out = session.run(Map.of(input, x))) {
      float[][] scores = (float[][]) out.get(0).getValue();
      long predicted = System.currentTimeMillis();
      System.out.println("cold-start " + jvm + " " + engine + " " + loaded + " " + predicted + " ("
          + scores.length + ", " + scores[0].length + ")");
    }
  }
}
