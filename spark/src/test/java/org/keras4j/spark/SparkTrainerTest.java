package org.keras4j.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.LambdaCallback;

/** Trainings on two executors, each a process of its own, give what one process gives. */
class SparkTrainerTest {
  private static final int ROWS = 45;
  private static final int FEATURES = 6;
  private static SparkSession spark;
  private static Path parquet;

  @TempDir
  static Path folder;

  @TempDir
  Path own;

  @BeforeAll
  static void start() throws Exception {
    spark = LocalCluster.start();
    List<Row> rows = new ArrayList<>();
    float[][] x = x();
    int[] y = y();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create((Object) boxed(x[i]), y[i] == 0 ? "no" : "yes", 1.0 + i % 3));
    }
    StructType schema = new StructType()
        .add("features", DataTypes.createArrayType(DataTypes.FloatType))
        .add("answer", DataTypes.StringType)
        .add("weight", DataTypes.DoubleType);
    parquet = folder.resolve("rows.parquet");
    spark.createDataFrame(rows, schema).coalesce(1).write().parquet(parquet.toString());
  }

  @AfterAll
  static void stop() {
    if (spark != null) {
      spark.stop();
    }
  }

  private static Float[] boxed(float[] values) {
    Float[] out = new Float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }

  private static float[][] x() {
    Random random = new Random(3);
    float[][] x = new float[ROWS][FEATURES];
    for (float[] row : x) {
      for (int i = 0; i < FEATURES; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return x;
  }

  private static int[] y() {
    Random random = new Random(4);
    int[] y = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      y[i] = random.nextInt(2);
    }
    return y;
  }

  private static float[] weights() {
    float[] w = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      w[i] = 1 + i % 3;
    }
    return w;
  }

  private static Model model() {
    SeedGenerator.setRandomSeed(7);
    Model m = new Sequential(
        new Input(FEATURES),
        new Dense(8).activation("relu"),
        new BatchNormalization(),
        new Dropout(0.2),
        new Dense(2).activation("softmax"));
    m.compile("adam", "sparse_categorical_crossentropy", "accuracy");
    return m;
  }

  private static SparkTrainer trainer() {
    return new SparkTrainer()
        .x("features")
        .y(org.keras4j.data.Column.of("answer").labels("no", "yes").shape())
        .sampleWeight("weight")
        .workers(2)
        .batchSize(11) // which divide among two workers as little as the 45 rows into batches
        .shuffle(false)
        .epochs(3);
  }

  private static void assertSame(Model expected, Model got, double tolerance) {
    for (int i = 0; i < expected.getWeights().size(); i++) {
      double[] e = expected.getWeights().get(i).toDoubleArray();
      assertArrayEquals(e, got.getWeights().get(i).toDoubleArray(), tolerance);
    }
  }

  @Test
  void isWhatOneProcessGives() {
    Dataset<Row> rows = spark.read().parquet(parquet.toString());
    Model alone = model();
    NDArray x = NDArray.from(x());
    NDArray y = NDArray.of(y(), ROWS);
    History expected = alone.fit(
        x,
        y,
        Fit.epochs(3)
            .batchSize(11)
            .shuffle(false)
            .sampleWeight(NDArray.of(weights(), ROWS))
            .validationData(x, y, NDArray.of(weights(), ROWS))
            .verbose(0));
    Model m = model();
    History got = trainer().validationData(rows).fit(m, rows);
    assertEquals(expected.history().keySet(), got.history().keySet());
    expected.history().forEach((name, values) -> {
      for (int i = 0; i < values.size(); i++) {
        double e = values.get(i);
        assertEquals(e, got.get(name).get(i), 1e-5 * Math.abs(e) + 1e-6, name + " " + i);
      }
    });
    assertSame(alone, m, 1e-5);
    // the optimizer goes on where it was
    assertEquals(
        alone.optimizer().iterations().item(), m.optimizer().iterations().item());

    Dataset<Row> scored = new KerasTransformer(m).setBatchSize(7).transform(rows);
    NDArray outputs = m.predict(x);
    List<Row> all = scored.collectAsList();
    assertEquals(ROWS, all.size());
    for (int i = 0; i < ROWS; i++) {
      List<Float> cell = all.get(i).getList(all.get(i).fieldIndex("prediction"));
      assertEquals(outputs.getFloat(2 * i), cell.get(0), 1e-6);
      assertEquals(outputs.getFloat(2 * i + 1), cell.get(1), 1e-6);
    }
  }

  /** Kills the executor of a rank once, as the system would. */
  private static SparkTrainer.Callbacks killing(int rank, int batch) {
    return () -> {
      int[] batches = new int[1];
      TaskContext task = TaskContext.get();
      Callback kill = new LambdaCallback().onTrainBatchEnd((b, logs) -> {
        if (++batches[0] == batch && task.partitionId() == rank && task.stageAttemptNumber() == 0) {
          Runtime.getRuntime().halt(137);
        }
      });
      return List.of(kill);
    };
  }

  @Test
  void goesOnAfterAnExecutorDied() throws Exception {
    Dataset<Row> rows = spark.read().parquet(parquet.toString());
    Model whole = model();
    History expected = trainer().fit(whole, rows);
    Path checkpoints = own.resolve("checkpoints");
    Model m = model();
    History got = trainer()
        .checkpoints(checkpoints.toUri().toString(), 2)
        .callbacks(killing(1, 9))
        .fit(m, rows);
    assertSame(whole, m, 0);
    assertEquals(expected.history(), got.history());
    assertTrue(Files.notExists(checkpoints), "the checkpoints of a training that is done");
  }

  @Test
  void whatAWorkerThrowsIsSeen() {
    Dataset<Row> rows = spark.read().parquet(parquet.toString());
    SparkTrainer t = trainer().callbacks(() -> {
      int rank = TaskContext.get().partitionId();
      return List.of(new LambdaCallback().onTrainBatchEnd((b, logs) -> {
        if (rank == 1) {
          throw new IllegalStateException("rank 1 has enough");
        }
      }));
    });
    Exception e = assertThrows(SparkException.class, () -> {
      History h = t.fit(model(), rows);
      assertEquals(null, h);
    });
    assertTrue(e.getMessage().contains("rank 1 has enough"), e.getMessage());
  }

  /**
   * Trains on a file of so many megabytes, {@code keras4j.spark.megabytes}; an executor has a heap of 700. A worker holds a
   * batch, whatever the file has.
   */
  @Test
  void filesMayBeLargerThanMemory() {
    int width = 256;
    long n = Integer.getInteger("keras4j.spark.megabytes", 2) * (1L << 20) / (4L * width);
    Column[] cells = new Column[width];
    for (int i = 0; i < width; i++) {
      cells[i] = functions.rand(i).cast("float");
    }
    String file = own.resolve("large.parquet").toString();
    spark
        .range(0, n, 1, 4)
        .select(functions.array(cells).as("features"), functions.rand(width).as("target"))
        .write()
        .parquet(file);
    Model m = new Sequential(new Input(width), new Dense(1));
    m.compile("sgd", "mse");
    History h = new SparkTrainer()
        .x("features")
        .y("target")
        .workers(2)
        .batchSize(512)
        .fit(m, spark.read().parquet(file));
    assertTrue(h.last("loss") < 10, h.toString());
    assertEquals((n + 511) / 512, (long) m.optimizer().iterations().item());
  }

  @Test
  void raggedRowsAreRefused() {
    StructType schema =
        new StructType().add("features", DataTypes.createArrayType(DataTypes.FloatType));
    Dataset<Row> rows = spark.createDataFrame(
        List.of(RowFactory.create((Object) new Float[] {1f, 2f}), RowFactory.create((Object)
            new Float[] {1f, 2f, 3f})),
        schema);
    Exception e = assertThrows(SparkException.class, () -> {
      History h = new SparkTrainer().x("features").workers(2).batchSize(2).fit(model(), rows);
      assertEquals(null, h);
    });
    assertTrue(e.getMessage().contains("elements"), e.getMessage());
  }
}
