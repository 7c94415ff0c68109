package org.keras4j.spark;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.keras4j.data.Column;
import org.keras4j.models.Model;
import org.keras4j.training.callbacks.History;

/**
 * A network as an estimator of Spark ML: {@code fit} trains a copy of it by {@link SparkTrainer}, and gives a {@link KerasTransformer}.
 *
 * <pre>{@code
 * Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
 *   new VectorAssembler().setInputCols(new String[] {"age", "income"}).setOutputCol("features"),
 *   new KerasEstimator(model).setLabelCol("bought").setEpochs(10).setBatchSize(256)
 * });
 * PipelineModel trained = pipeline.fit(people);
 * }</pre>
 */
public final class KerasEstimator extends Estimator<KerasTransformer> implements MLWritable {
  private static final long serialVersionUID = 1L;
  private static final int DEFAULT_BATCH = 32;

  private final String uid;
  private final byte[] file;
  private final Param<String> featuresCol;
  private final Param<String> labelCol;
  private final Param<String> weightCol;
  private final Param<String> predictionCol;
  private final IntParam epochs;
  private final IntParam batchSize;
  private final IntParam workers;
  private final Param<String> checkpoints;
  private final IntParam checkpointSteps;

  /**
   * Of a network.
   *
   * @param model built and compiled, of one input and one output; it is copied, and stays as it is
   * @throws IllegalStateException if it is not built, or not compiled
   */
  public KerasEstimator(Model model) {
    this(Identifiable$.MODULE$.randomUID("keras"), bytes(model));
  }

  private static byte[] bytes(Model model) {
    if (!model.isCompiled() || !model.isBuilt()) {
      throw new IllegalStateException("KerasEstimator: the model must be compiled and built");
    }
    return ModelBytes.of(model);
  }

  KerasEstimator(String uid, byte[] file) {
    this.uid = uid;
    this.file = file;
    this.featuresCol = new Param<>(this, "featuresCol", "the column of the inputs");
    this.labelCol = new Param<>(this, "labelCol", "the column of the targets");
    this.weightCol = new Param<>(this, "weightCol", "how much a row counts in the loss");
    this.predictionCol = new Param<>(this, "predictionCol", "the column for the outputs");
    this.epochs =
        new IntParam(this, "epochs", "how often the rows are gone through", ParamValidators.gt(0));
    this.batchSize = new IntParam(
        this, "batchSize", "samples of a batch, of all workers", ParamValidators.gt(0));
    this.workers = new IntParam(
        this,
        "workers",
        "how many tasks train; 0 for one for each executor",
        ParamValidators.gtEq(0));
    this.checkpoints =
        new Param<>(this, "checkpoints", "a folder of a file system that all executors reach");
    this.checkpointSteps = new IntParam(
        this,
        "checkpointSteps",
        "after how many batches a checkpoint is written; 0 for each epoch",
        ParamValidators.gtEq(0));
    setDefault(featuresCol, "features");
    setDefault(labelCol, "label");
    setDefault(predictionCol, "prediction");
    setDefault(epochs, 1);
    setDefault(batchSize, DEFAULT_BATCH);
    setDefault(workers, 0);
    setDefault(checkpointSteps, 0);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The column of the inputs, {@code "features"} by default: numbers, an array or a vector. */
  public Param<String> featuresCol() {
    return featuresCol;
  }

  /** Sets {@link #featuresCol()}. */
  public KerasEstimator setFeaturesCol(String value) {
    set(featuresCol, value);
    return this;
  }

  /** The column of the targets, {@code "label"} by default: a number, an array or a vector. */
  public Param<String> labelCol() {
    return labelCol;
  }

  /** Sets {@link #labelCol()}. */
  public KerasEstimator setLabelCol(String value) {
    set(labelCol, value);
    return this;
  }

  /** The column that tells how much a row counts in the loss; none by default. */
  public Param<String> weightCol() {
    return weightCol;
  }

  /** Sets {@link #weightCol()}. */
  public KerasEstimator setWeightCol(String value) {
    set(weightCol, value);
    return this;
  }

  /** The column for the outputs, {@code "prediction"} by default. */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  /** Sets {@link #predictionCol()}. */
  public KerasEstimator setPredictionCol(String value) {
    set(predictionCol, value);
    return this;
  }

  /** How often the rows are gone through; once by default. */
  public IntParam epochs() {
    return epochs;
  }

  /** Sets {@link #epochs()}. */
  public KerasEstimator setEpochs(int value) {
    set(epochs, value);
    return this;
  }

  /** Samples of a batch, of all workers together; 32 by default. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** Sets {@link #batchSize()}. */
  public KerasEstimator setBatchSize(int value) {
    set(batchSize, value);
    return this;
  }

  /** How many tasks train; one for each executor by default. */
  public IntParam workers() {
    return workers;
  }

  /** Sets {@link #workers()}. */
  public KerasEstimator setWorkers(int value) {
    set(workers, value);
    return this;
  }

  /** The folder of {@link SparkTrainer#checkpoints(String, int)}; none by default. */
  public Param<String> checkpoints() {
    return checkpoints;
  }

  /** Sets {@link #checkpoints()}. */
  public KerasEstimator setCheckpoints(String value) {
    set(checkpoints, value);
    return this;
  }

  /** After how many batches a checkpoint is written; after each epoch by default. */
  public IntParam checkpointSteps() {
    return checkpointSteps;
  }

  /** Sets {@link #checkpointSteps()}. */
  public KerasEstimator setCheckpointSteps(int value) {
    set(checkpointSteps, value);
    return this;
  }

  private int number(IntParam p) {
    return (Integer) getOrDefault(p);
  }

  @Override
  public KerasTransformer fit(Dataset<?> dataset) {
    Dataset<Row> rows = dataset.toDF();
    StructType schema = rows.schema();
    transformSchema(schema);
    Model model = ModelBytes.model(file);
    String label = getOrDefault(labelCol);
    var type = schema.apply(label).dataType();
    boolean number = type instanceof NumericType || type instanceof BooleanType;
    SparkTrainer trainer = new SparkTrainer()
        .x(KerasTransformer.features(model, getOrDefault(featuresCol)))
        .y(number ? Column.of(label).shape() : Column.of(label))
        .epochs(number(epochs))
        .batchSize(number(batchSize));
    if (isSet(weightCol)) {
      trainer.sampleWeight(getOrDefault(weightCol));
    }
    if (number(workers) > 0) {
      trainer.workers(number(workers));
    }
    if (isSet(checkpoints)) {
      String folder = getOrDefault(checkpoints);
      if (number(checkpointSteps) > 0) {
        trainer.checkpoints(folder, number(checkpointSteps));
      } else {
        trainer.checkpoints(folder);
      }
    }
    History history = trainer.fit(model, rows);
    return new KerasTransformer(uid, ModelBytes.of(model))
        .setFeaturesCol(getOrDefault(featuresCol))
        .setPredictionCol(getOrDefault(predictionCol))
        .trained(history)
        .setParent(this);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    for (Param<String> p : List.of(featuresCol, labelCol, weightCol)) {
      if (isDefined(p) && !names.contains(getOrDefault(p))) {
        throw new IllegalArgumentException("KerasEstimator: " + p.name() + ": there is no column '"
            + getOrDefault(p) + "', only " + names);
      }
    }
    return new KerasTransformer(uid, file)
        .setFeaturesCol(getOrDefault(featuresCol))
        .setPredictionCol(getOrDefault(predictionCol))
        .transformSchema(schema);
  }

  @Override
  public KerasEstimator copy(ParamMap extra) {
    return copyValues(new KerasEstimator(uid, file), extra);
  }

  @Override
  public MLWriter write() {
    return new Stages.Writer(this, file);
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<KerasEstimator> read() {
    return new Stages.Reader<>(KerasEstimator::new);
  }

  /** Reads what {@code save} wrote. */
  public static KerasEstimator load(String path) {
    return read().load(path);
  }
}
