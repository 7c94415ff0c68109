package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.TensorBoard;
import org.keras4j.training.optimizers.SGD;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.TensorProto;

class TensorBoardTest {
  private static final NDArray X = NDArray.of(new float[] {0, 1, 2, 3, 1, 2}, 6, 1);
  private static final NDArray Y = NDArray.of(new float[] {2, 4, 6, 8, 4, 6}, 6, 1);

  @TempDir
  Path logs;

  private static Sequential model() {
    Sequential m = new Sequential(
        new Input(1), new Dense(3).name("hidden").activation("tanh"), new Dense(1).name("out"));
    m.compile(new SGD(0.01), "mse", "mae");
    return m;
  }

  private List<Event> train() throws IOException {
    return EventFiles.read(logs.resolve("train"));
  }

  private List<Event> validation() throws IOException {
    return EventFiles.read(logs.resolve("validation"));
  }

  @Test
  void epochsAreWrittenUnderKerasNames() throws IOException {
    History h = model()
        .fit(
            X,
            Y,
            Fit.epochs(3)
                .verbose(0)
                .batchSize(2)
                .validationSplit(1.0 / 3)
                .callbacks(new TensorBoard(logs)));
    List<Event> train = train();
    assertEquals("brain.Event:2", train.get(0).getFileVersion());
    assertEquals(
        List.of("epoch_learning_rate", "epoch_loss", "epoch_mae", "keras"), EventFiles.tags(train));
    assertEquals(
        List.of(
            "epoch_loss",
            "epoch_mae",
            "evaluation_loss_vs_iterations",
            "evaluation_mae_vs_iterations"),
        EventFiles.tags(validation()));
    for (String name : List.of("loss", "mae")) {
      for (long epoch = 0; epoch < 3; epoch++) {
        assertEquals(
            h.get(name).get((int) epoch).floatValue(),
            EventFiles.scalars(train, "epoch_" + name).get(epoch));
        float value = h.get("val_" + name).get((int) epoch).floatValue();
        assertEquals(value, EventFiles.scalars(validation(), "epoch_" + name).get(epoch));
        // two steps an epoch
        assertEquals(
            value,
            EventFiles.scalars(validation(), "evaluation_" + name + "_vs_iterations")
                .get(2 * epoch + 2));
      }
    }
    assertEquals(
        Map.of(0L, 0.01f, 1L, 0.01f, 2L, 0.01f), EventFiles.scalars(train, "epoch_learning_rate"));
  }

  @Test
  void batchesAreWrittenAsOftenAsAsked() throws IOException {
    model()
        .fit(
            X,
            Y,
            Fit.epochs(2)
                .verbose(0)
                .batchSize(1)
                .shuffle(false)
                .callbacks(new TensorBoard(logs)
                    .updateFreq(4)
                    .writeStepsPerSecond(true)
                    .writeGraph(false)));
    List<Event> train = train();
    assertEquals(
        List.of(
            "batch_loss",
            "batch_mae",
            "batch_steps_per_second",
            "epoch_learning_rate",
            "epoch_loss",
            "epoch_mae",
            "epoch_steps_per_second"),
        EventFiles.tags(train));
    for (String tag : List.of("batch_loss", "batch_mae", "batch_steps_per_second")) {
      assertEquals(Set.of(4L, 8L, 12L), EventFiles.scalars(train, tag).keySet());
    }
    // the last batch of an epoch knows the whole epoch
    assertEquals(
        EventFiles.scalars(train, "epoch_loss").get(1L),
        EventFiles.scalars(train, "batch_loss").get(12L));
    assertTrue(EventFiles.scalars(train, "epoch_steps_per_second").get(0L) > 0);
    assertFalse(Files.exists(logs.resolve("validation")));
  }

  @Test
  void weightsAreWrittenAsHistogramsAndPictures() throws IOException {
    Sequential m = model();
    m.fit(
        X,
        Y,
        Fit.epochs(3)
            .verbose(0)
            .callbacks(new TensorBoard(logs).histogramFreq(2).writeImages(true)));
    List<Event> train = train();
    for (int i = 0; i < 4; i++) {
      String path = m.weights().get(i).path();
      NDArray weight = m.getWeights().get(i);
      Map<Long, Summary.Value> at = EventFiles.values(train, path + "/histogram");
      assertEquals(Set.of(0L, 2L), at.keySet(), path);
      Summary.Value v = at.get(2L);
      assertEquals("histograms", v.getMetadata().getPluginData().getPluginName());
      double[][] rows = rows(v.getTensor());
      double[] values = weight.toDoubleArray();
      double total = 0;
      for (int b = 0; b < 30; b++) {
        double[] row = rows[b];
        boolean last = b == 29;
        long inside = java.util.Arrays.stream(values)
            .filter(x -> x >= row[0] && (x < row[1] || last && x <= row[1]))
            .count();
        if (values.length > 1) {
          assertEquals(inside, row[2], path + " bucket " + b);
        }
        total += row[2];
      }
      assertEquals(values.length, total);
      assertEquals(java.util.Arrays.stream(values).min().getAsDouble(), rows[0][0]);
      assertEquals(java.util.Arrays.stream(values).max().getAsDouble(), rows[29][1]);
    }
    TensorProto picture =
        EventFiles.values(train, m.weights().get(0).path() + "/image").get(2L).getTensor();
    assertEquals("1", picture.getStringVal(0).toStringUtf8());
    assertEquals("3", picture.getStringVal(1).toStringUtf8());
    var image = ImageIO.read(new ByteArrayInputStream(picture.getStringVal(2).toByteArray()));
    for (int y = 0; y < 3; y++) {
      float w = m.getWeights().get(0).getFloat(y);
      assertEquals(
          (int) Math.max(0, Math.min(255, w * 255.5f)), image.getRaster().getSample(0, y, 0));
    }
  }

  private static double[][] rows(TensorProto t) {
    ByteBuffer b = t.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    double[][] out = new double[(int) t.getTensorShape().getDim(0).getSize()][3];
    for (double[] row : out) {
      for (int i = 0; i < 3; i++) {
        row[i] = b.getDouble();
      }
    }
    return out;
  }

  @Test
  void theGraphIsWritten() throws Exception {
    var in = org.keras4j.layers.core.Input.of(4);
    var shared = new Dense(4).name("shared");
    var sum = org.keras4j.ops.Ops.add(shared.invoke(in), shared.invoke(shared.invoke(in)));
    Model m = Model.of(in, new Dense(1).name("end").invoke(sum));
    m.compile("sgd", "mse");
    m.fit(
        NDArray.of(new float[8], 2, 4),
        NDArray.of(new float[2], 2, 1),
        Fit.epochs(1).verbose(0).callbacks(new TensorBoard(logs)));
    List<Event> train = train();
    Summary.Value json = EventFiles.values(train, "keras").get(0L);
    assertEquals("graph_keras_model", json.getMetadata().getPluginData().getPluginName());
    assertEquals(m.toJson(), json.getTensor().getStringVal(0).toStringUtf8());
    org.tensorflow.proto.GraphDef graph = org.tensorflow.proto.GraphDef.parseFrom(train.stream()
        .filter(e -> !e.getGraphDef().isEmpty())
        .findFirst()
        .orElseThrow()
        .getGraphDef());
    Set<String> edges = new TreeSet<>();
    for (NodeDef n : graph.getNodeList()) {
      n.getInputList().forEach(from -> edges.add(from + " > " + n.getName()));
      assertEquals(1, n.getAttrOrThrow("_output_shapes").getList().getShapeCount());
    }
    assertEquals(6, graph.getNodeCount(), graph.toString());
    assertEquals(6, edges.size(), edges.toString());
    assertTrue(edges.stream().anyMatch(e -> e.endsWith(" > end")), edges.toString());
  }

  @Test
  void embeddingsAreWrittenForTheProjector() throws IOException {
    Sequential m = new Sequential(
        new Input(1), new Embedding(5, 3).name("words"), new Flatten(), new Dense(1));
    m.compile("sgd", "mse");
    m.fit(
        X,
        Y,
        Fit.epochs(2)
            .verbose(0)
            .callbacks(new TensorBoard(logs)
                .embeddingsFreq(1)
                .embeddingsMetadata(Map.of("words", "w.tsv"))));
    assertTrue(Files.exists(logs.resolve("train/keras_embedding.ckpt-1.weights.h5")));
    assertEquals(
        "embeddings {\n  tensor_name: \"words/embeddings\"\n  metadata_path: \"w.tsv\"\n"
            + "  tensor_path: \"train/words.tsv\"\n}\n",
        Files.readString(logs.resolve("projector_config.pbtxt")));
    List<String> lines = Files.readAllLines(logs.resolve("train/words.tsv"));
    assertEquals(5, lines.size());
    assertEquals(
        m.getWeights().get(0).getFloat(3 * 4 + 1), Float.parseFloat(lines.get(4).split("\t")[1]));
    Exception e = assertThrows(
        IllegalArgumentException.class,
        () -> m.fit(
            X,
            Y,
            Fit.epochs(1)
                .verbose(0)
                .callbacks(new TensorBoard(logs)
                    .embeddingsFreq(1)
                    .embeddingsMetadata(Map.of("no", "w.tsv")))));
    assertTrue(
        e.getMessage().contains("[no]") && e.getMessage().contains("[words]"), e.getMessage());
  }

  @Test
  void anEvaluationAloneIsWritten() throws IOException {
    Sequential m = model();
    Map<String, Double> scores =
        m.evaluate(X, Y, Run.defaults().verbose(0).callbacks(new TensorBoard(logs)));
    assertEquals(
        scores.get("loss").floatValue(),
        EventFiles.scalars(validation(), "evaluation_loss_vs_iterations").get(0L));
  }

  @Test
  void whatCannotBeIsRefused() {
    Exception e = assertThrows(
        UnsupportedOperationException.class, () -> new TensorBoard(logs).profileBatch(5));
    assertTrue(e.getMessage().contains("'" + Keras.backend().name() + "'"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new TensorBoard(logs).profileBatch(5, 4));
    new TensorBoard(logs).profileBatch(0);
    assertThrows(IllegalArgumentException.class, () -> new TensorBoard(logs).updateFreq("often"));
    assertThrows(IllegalArgumentException.class, () -> new TensorBoard(logs).updateFreq(0));
    assertThrows(IllegalArgumentException.class, () -> new TensorBoard(logs).histogramFreq(-1));
  }
}
