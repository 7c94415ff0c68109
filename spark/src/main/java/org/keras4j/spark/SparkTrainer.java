package org.keras4j.spark;

import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import org.keras4j.data.Column;
import org.keras4j.models.Model;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.Logs;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Trains models on the workers of Apache Spark, on the rows of a dataset. The results are those of {@link Model#fit} on one machine on
 * the same rows in the same order, with the same {@code batchSize}.
 *
 * <p>The rows are divided among the workers by one shuffle of Spark; each keeps its part in a local file, and trains in a task of a
 * barrier stage, connected with the others ({@code keras4j-distribution-gloo}). Nothing is collected on the driver but the
 * trained model. When a worker fails, Spark runs the stage again, which goes on from the newest checkpoint.
 *
 * <pre>{@code
 * History history = new SparkTrainer()
 *     .x("age", "income")
 *     .y("bought")
 *     .workers(8)
 *     .batchSize(1024)
 *     .epochs(10)
 *     .checkpoints("hdfs:///training/one", 500)
 *     .fit(model, people);
 * }</pre>
 */
public final class SparkTrainer {
  private static final int DEFAULT_BATCH = 32;

  private final Columns columns = new Columns();
  private int workers;
  private int batchSize = DEFAULT_BATCH;
  private int epochs = 1;
  private int verbose;
  private boolean shuffle = true;
  private @Nullable Long shuffleSeed;
  private @Nullable HashMap<Integer, Double> classWeight;
  private @Nullable Dataset<Row> validation;
  private int validationFreq = 1;
  private @Nullable String checkpoints;
  private int checkpointSteps;
  private @Nullable Callbacks callbacks;
  private Duration timeout = Duration.ofMinutes(10);

  /** Makes the callbacks of a worker. It travels to the executors. */
  @FunctionalInterface
  public interface Callbacks extends Serializable {
    /** Fresh callbacks. */
    List<Callback> callbacks();
  }

  /** What the workers are told. */
  record Settings(
      int epochs,
      int verbose,
      boolean shuffle,
      @Nullable Long shuffleSeed,
      @Nullable HashMap<Integer, Double> classWeight,
      int validationFreq,
      @Nullable String checkpoints,
      int checkpointSteps,
      @Nullable Callbacks callbacks,
      Duration timeout)
      implements Serializable {}

  /** A trainer that yet has to be told which columns are inputs. */
  public SparkTrainer() {}

  /** Columns of numbers side by side as the next input, {@code (batch, columns)}. */
  public SparkTrainer x(String... names) {
    return x(Column.of(names));
  }

  /**
   * The next input of a model that takes one, or several in order. Cells may be numbers, strings, booleans, arrays of these and vectors of
   * Spark ML.
   */
  public SparkTrainer x(Column column) {
    columns.input(null, column);
    return this;
  }

  /** An input of a model that knows its inputs by name. */
  public SparkTrainer input(String name, Column column) {
    columns.input(name, column);
    return this;
  }

  /** Columns of numbers side by side as the next target, {@code (batch, columns)}. */
  public SparkTrainer y(String... names) {
    return y(Column.of(names));
  }

  /** The next target of a model with one output, or several in order. */
  public SparkTrainer y(Column column) {
    columns.target(null, column);
    return this;
  }

  /** A target of a model that knows its outputs by name. */
  public SparkTrainer target(String name, Column column) {
    columns.target(name, column);
    return this;
  }

  /** The column that tells how much a row counts in the loss. */
  public SparkTrainer sampleWeight(String column) {
    columns.weight(column);
    return this;
  }

  /**
   * How many tasks train.
   *
   * @param value at most as many as the cluster runs at once; one for each executor unless it is set
   * @return this trainer
   * @throws IllegalArgumentException if it is below 1
   */
  public SparkTrainer workers(int value) {
    this.workers = positive("workers", value);
    return this;
  }

  /**
   * Samples of a batch, of all workers together; 32 by default.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public SparkTrainer batchSize(int value) {
    this.batchSize = positive("batchSize", value);
    return this;
  }

  /**
   * How often the rows are gone through; once by default.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public SparkTrainer epochs(int value) {
    this.epochs = positive("epochs", value);
    return this;
  }

  /** What the first worker prints, to the standard output of its executor: 0 nothing (the default), 1 a bar, 2 a line an epoch. */
  public SparkTrainer verbose(int value) {
    this.verbose = value;
    return this;
  }

  /**
   * Whether the batches come in another order each epoch, as they do by default. The rows of a batch are those that follow each other
   * in the dataset.
   */
  public SparkTrainer shuffle(boolean value) {
    this.shuffle = value;
    return this;
  }

  /** Takes the batches in orders that a seed tells. */
  public SparkTrainer shuffleSeed(long value) {
    this.shuffleSeed = value;
    return this;
  }

  /** A factor for the loss of each class of integer or one-hot targets. */
  public SparkTrainer classWeight(Map<Integer, Double> value) {
    this.classWeight = new HashMap<>(value);
    return this;
  }

  /** Rows with the same columns, by which the model is evaluated after each epoch. */
  public SparkTrainer validationData(Dataset<Row> rows) {
    this.validation = rows;
    return this;
  }

  /**
   * Validates every so many epochs; 1 by default.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public SparkTrainer validationFreq(int value) {
    this.validationFreq = positive("validationFreq", value);
    return this;
  }

  /**
   * Keeps the state of the training in a folder, from which a stage that Spark runs again goes on, and so does another program that
   * trains the same in the same way. The folder is emptied when the training is done.
   *
   * @param folder of a file system that all executors reach: {@code hdfs:}, {@code s3a:}, {@code file:} of a network drive
   * @param steps after how many batches
   * @return this trainer
   * @throws IllegalArgumentException if {@code steps} is below 1
   */
  public SparkTrainer checkpoints(String folder, int steps) {
    this.checkpoints = folder;
    this.checkpointSteps = positive("checkpoints", steps);
    return this;
  }

  /** Likewise, after each epoch. */
  public SparkTrainer checkpoints(String folder) {
    this.checkpoints = folder;
    this.checkpointSteps = 0;
    return this;
  }

  /** Callbacks of the workers, the same on each: those that change the training must do so on all. */
  public SparkTrainer callbacks(Callbacks value) {
    this.callbacks = value;
    return this;
  }

  /** How long a worker waits for the others, at the start and in each step; ten minutes by default. */
  public SparkTrainer timeout(Duration value) {
    this.timeout = value;
    return this;
  }

  private static int positive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "SparkTrainer: " + what + ": expected at least 1, got " + value);
    }
    return value;
  }

  /**
   * Trains a model, which has the trained weights and the optimizer's state afterwards.
   *
   * @param model built and compiled; its layers, losses and metrics are of this library, or registered
   * @param data the rows; read twice to be divided, so what gives others each time is to be cached or written first
   * @return losses and metrics of each epoch
   * @throws IllegalStateException if the model is not compiled or not built, or no input was told
   * @throws IllegalArgumentException if there are no rows, or fewer samples in a batch than workers
   */
  public History fit(Model model, Dataset<Row> data) {
    if (!model.isCompiled() || !model.isBuilt()) {
      throw new IllegalStateException(
          "SparkTrainer: the model must be compiled and built before fit");
    }
    if (!columns.hasInputs()) {
      throw new IllegalStateException(
          "SparkTrainer: which columns are inputs is to be told, by x or input");
    }
    SparkContext context = data.sparkSession().sparkContext();
    int ranks = workers > 0 ? workers : executors(context);
    if (batchSize < ranks) {
      throw new IllegalArgumentException("SparkTrainer: a batch has " + batchSize + " samples for "
          + ranks + " workers; it needs at least one for each");
    }
    Shards shards = new Shards(columns, ranks);
    Shards.Part train = shards.of(data, 0, batchSize, "the dataset");
    Shards.Part validate = validation == null
        ? null
        : shards.of(validation, Shards.VALIDATION, batchSize, "the dataset for validation");
    JavaPairRDD<Long, byte[]> all = shards.divided(
        validate == null ? train.samples() : train.samples().union(validate.samples()));
    JavaSparkContext java = JavaSparkContext.fromSparkContext(context);
    Configuration hadoop = context.hadoopConfiguration();
    Broadcast<ModelBytes.Trained> sent = java.broadcast(ModelBytes.Trained.of(model));
    try {
      TrainingTask task = new TrainingTask(
          settings(),
          shards,
          columns,
          train.division(),
          validate == null ? null : validate.division(),
          sent,
          new SerializableConfiguration(hadoop));
      ClassTag<TrainingTask.Result> kind = ClassTag$.MODULE$.apply(TrainingTask.Result.class);
      RDD<TrainingTask.Result> trained = all.rdd().barrier().mapPartitions(task, false, kind);
      // behind another shuffle, since Spark runs a stage again only if it is not the last one
      TrainingTask.Result result = trained.toJavaRDD().repartition(1).collect().get(0);
      result.model().copy(model);
      if (checkpoints != null) {
        SharedCheckpoint.clear(checkpoints, hadoop);
      }
      return history(result);
    } finally {
      sent.destroy();
    }
  }

  private Settings settings() {
    return new Settings(
        epochs,
        verbose,
        shuffle,
        shuffleSeed,
        classWeight,
        validationFreq,
        checkpoints,
        checkpointSteps,
        callbacks,
        timeout);
  }

  // the driver is among them, unless it is alone
  private static int executors(SparkContext context) {
    return Math.max(1, context.statusTracker().getExecutorInfos().length - 1);
  }

  private static History history(TrainingTask.Result r) {
    History h = new History();
    r.epochs().forEach((epoch, numbers) -> h.onEpochEnd(epoch, new Logs(numbers)));
    return h;
  }
}
