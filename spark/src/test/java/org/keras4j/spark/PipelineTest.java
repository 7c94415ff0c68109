package org.keras4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;

/** Networks as stages of pipelines; the ranks are threads of one process. */
class PipelineTest {
  private static SparkSession spark;

  @TempDir
  Path folder;

  @BeforeAll
  static void start() {
    spark = LocalCluster.threads(2);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  // whether a is larger than b
  private static Dataset<Row> rows() {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      rows.add(RowFactory.create(a, b, a > b ? 1.0 : 0.0));
    }
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("a", DataTypes.DoubleType)
            .add("b", DataTypes.DoubleType)
            .add("larger", DataTypes.DoubleType));
  }

  private static Model model() {
    SeedGenerator.setRandomSeed(5);
    Model m = new Sequential(
        new Input(2), new Dense(8).activation("relu"), new Dense(1).activation("sigmoid"));
    m.compile(new org.keras4j.training.optimizers.Adam(0.03), "binary_crossentropy", "accuracy");
    return m;
  }

  private static Pipeline pipeline() {
    KerasEstimator net = new KerasEstimator(model())
        .setLabelCol("larger")
        .setPredictionCol("probability")
        .setEpochs(12)
        .setBatchSize(20)
        .setWorkers(2);
    VectorAssembler vector =
        new VectorAssembler().setInputCols(new String[] {"a", "b"}).setOutputCol("features");
    return new Pipeline().setStages(new PipelineStage[] {vector, net});
  }

  @Test
  void trainsAndPredictsWithinAPipeline() {
    Dataset<Row> rows = rows();
    PipelineModel trained = pipeline().fit(rows);
    KerasTransformer net = (KerasTransformer) trained.stages()[1];
    assertEquals(12, net.history().epochs().size());
    List<Row> scored = trained.transform(rows).select("larger", "probability").collectAsList();
    long right = scored.stream()
        .filter(r -> (r.getFloat(1) > 0.5) == (r.getDouble(0) > 0.5))
        .count();
    assertTrue(right >= 185, right + " of 200");
  }

  @Test
  void pipelinesAreSavedAndLoaded() throws Exception {
    Dataset<Row> rows = rows();
    Path untrained = folder.resolve("pipeline");
    pipeline().write().overwrite().save(untrained.toUri().toString());
    Pipeline again = Pipeline.load(untrained.toUri().toString());
    KerasEstimator net = (KerasEstimator) again.getStages()[1];
    assertEquals(20, net.getOrDefault(net.batchSize()));
    assertEquals("larger", net.getOrDefault(net.labelCol()));
    assertEquals("features", net.getOrDefault(net.featuresCol()));
    net.setEpochs(2);

    PipelineModel trained = again.fit(rows);
    Path saved = folder.resolve("trained");
    trained.save(saved.toUri().toString());
    PipelineModel loaded = PipelineModel.load(saved.toUri().toString());
    List<Row> expected = trained.transform(rows).select("probability").collectAsList();
    assertEquals(expected, loaded.transform(rows).select("probability").collectAsList());
  }

  @Test
  void columnsThatAreNotThereAreNamed() {
    KerasEstimator net = new KerasEstimator(model()).setFeaturesCol("vector");
    Exception e = assertThrows(
        IllegalArgumentException.class, () -> net.transformSchema(rows().schema()));
    assertTrue(e.getMessage().contains("no column 'vector', only [a, b, larger]"), e.getMessage());
    Dataset<Row> rows = rows().withColumnRenamed("a", "prediction");
    e = assertThrows(
        IllegalArgumentException.class,
        () -> new KerasTransformer(model()).setFeaturesCol("b").transformSchema(rows.schema()));
    assertTrue(e.getMessage().contains("a column 'prediction' already"), e.getMessage());
  }

  @Test
  void modelsThatAreNotCompiledAreRefused() {
    Model m = new Sequential(new Input(2), new Dense(1));
    assertThrows(IllegalStateException.class, () -> new KerasEstimator(m));
    assertThrows(
        IllegalStateException.class,
        () -> new SparkTrainer().x("a").fit(m, rows()).epochs());
    assertThrows(
        IllegalArgumentException.class,
        () -> new SparkTrainer()
            .x("a", "b")
            .workers(4)
            .batchSize(3)
            .fit(model(), rows())
            .epochs());
  }
}
