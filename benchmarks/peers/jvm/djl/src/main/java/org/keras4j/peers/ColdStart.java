package org.keras4j.peers;

import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import java.nio.file.Path;
import java.util.Arrays;

/** DJL on PyTorch from the start of the JVM to the first prediction; prints what keras4j's {@code bench cold_start} reads. */
public final class ColdStart {
  private ColdStart() {}

  public static void main(String[] args) throws Exception {
    long jvm = System.currentTimeMillis();
    System.setProperty("ai.djl.offline", "true");
    Engine engine = Engine.getInstance();
    long ready = System.currentTimeMillis();
    Criteria<NDList, NDList> criteria = Criteria.builder()
        .setTypes(NDList.class, NDList.class)
        .optEngine(engine.getEngineName())
        .optModelPath(Path.of(args[0]))
        .optTranslator(new NoopTranslator(null))
        .build();
    long[] shape = Arrays.stream(args[1].split(",")).mapToLong(Long::parseLong).toArray();
    int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    try (ZooModel<NDList, NDList> model = criteria.loadModel();
        Predictor<NDList, NDList> predictor = model.newPredictor();
        NDManager manager = engine.newBaseManager()) {
      long loaded = System.currentTimeMillis();
      NDList out =
          predictor.predict(new NDList(manager.create(new float[size], new Shape(shape))));
      float[] scores = out.head().toFloatArray();
      long predicted = System.currentTimeMillis();
      System.out.println("cold-start " + jvm + " " + ready + " " + loaded + " " + predicted + " ("
          + out.head().getShape() + ") " + scores.length);
    }
  }
}
