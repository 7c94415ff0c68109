package org.keras4j.spark;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.data.Column;
import org.keras4j.models.Model;
import org.keras4j.training.callbacks.History;

/**
 * The outputs of a network as columns of a dataset; a model of Spark ML, as {@link KerasEstimator} trains it, or around any network that
 * knows its inputs and outputs ({@code Sequential}, {@code Functional}). An executor holds the network once for all its tasks.
 *
 * <pre>{@code
 * Dataset<Row> scored = new KerasTransformer(model).setFeaturesCol("features").transform(rows);
 * }</pre>
 *
 * <p>The column of the output is a number where the output is one number for each sample, else an array, of arrays for each further
 * axis. Of several outputs each has a column, {@code prediction_} and its name.
 */
public final class KerasTransformer extends org.apache.spark.ml.Model<KerasTransformer>
    implements MLWritable {
  private static final long serialVersionUID = 1L;
  private static final int TOGETHER = 256;

  private final String uid;
  private final byte[] file;
  private transient @Nullable History history;
  private transient @Nullable Broadcast<byte[]> sent;
  private transient @Nullable Model structure;
  private final Param<String> featuresCol;
  private final Param<String> predictionCol;
  private final IntParam batchSize;

  /**
   * Of a network.
   *
   * @param model of one input; what it has for weights now is copied
   */
  public KerasTransformer(Model model) {
    this(Identifiable$.MODULE$.randomUID("keras"), ModelBytes.of(model));
  }

  KerasTransformer(String uid, byte[] file) {
    this.uid = uid;
    this.file = file;
    this.featuresCol = new Param<>(this, "featuresCol", "the column of the inputs");
    this.predictionCol = new Param<>(this, "predictionCol", "the column for the outputs");
    this.batchSize =
        new IntParam(this, "batchSize", "how many rows go through together", ParamValidators.gt(0));
    setDefault(featuresCol, "features");
    setDefault(predictionCol, "prediction");
    setDefault(batchSize, TOGETHER);
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
  public KerasTransformer setFeaturesCol(String value) {
    set(featuresCol, value);
    return this;
  }

  /** The column for the outputs, {@code "prediction"} by default. */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  /** Sets {@link #predictionCol()}. */
  public KerasTransformer setPredictionCol(String value) {
    set(predictionCol, value);
    return this;
  }

  /** How many rows go through the network together, 256 by default. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** Sets {@link #batchSize()}. */
  public KerasTransformer setBatchSize(int value) {
    set(batchSize, value);
    return this;
  }

  /** A copy of the network. */
  public Model network() {
    return ModelBytes.model(file);
  }

  /** Losses and metrics of the training; null for one that was not trained here. */
  public @Nullable History history() {
    return history;
  }

  private synchronized Model structure() {
    Model m = structure;
    if (m == null) {
      m = network();
      structure = m;
    }
    return m;
  }

  KerasTransformer trained(History value) {
    this.history = value;
    return this;
  }

  /** The features as the only input of a network. */
  static Column features(Model model, String column) {
    List<KerasTensor> inputs = model.inputs();
    if (inputs.size() != 1) {
      throw new IllegalArgumentException("A stage of a pipeline has one column of features; the"
          + " network has " + inputs.size() + " inputs, for which there is SparkTrainer");
    }
    TensorSpec spec = inputs.get(0).spec();
    Column c = Column.of(column).dtype(spec.dtype());
    Shape one = spec.shape().slice(1);
    for (long d : one.toArray()) {
      if (d < 0) {
        return c; // as long as the cells are
      }
    }
    return c.shape(one.toArray());
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    Dataset<Row> rows = dataset.toDF();
    Model model = structure();
    StructType schema = transformSchema(rows.schema());
    Columns columns = new Columns();
    columns.input(null, features(model, getOrDefault(featuresCol)));
    List<OutputType> outputs = new ArrayList<>();
    model.outputs().forEach(o -> outputs.add(OutputType.of(o.spec())));
    List<Integer> places = new ArrayList<>();
    columns.names().forEach(n -> places.add(rows.schema().fieldIndex(n)));
    Predict predict = new Predict(
        sent(rows),
        id(),
        Keras.backend().name(),
        columns,
        List.copyOf(places),
        List.copyOf(outputs),
        (Integer) getOrDefault(batchSize));
    return rows.mapPartitions(predict, Encoders.row(schema));
  }

  private synchronized Broadcast<byte[]> sent(Dataset<Row> rows) {
    Broadcast<byte[]> b = sent;
    if (b == null || !b.isValid()) {
      b = JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext()).broadcast(file);
      sent = b;
    }
    return b;
  }

  private String id() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  @Override
  public StructType transformSchema(StructType schema) {
    Model model = structure();
    String features = getOrDefault(featuresCol);
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.contains(features)) {
      throw new IllegalArgumentException(
          "KerasTransformer: there is no column '" + features + "', only " + names);
    }
    StructType out = schema;
    List<KerasTensor> outputs = model.outputs();
    for (int i = 0; i < outputs.size(); i++) {
      String name = getOrDefault(predictionCol)
          + (outputs.size() == 1 ? "" : "_" + model.outputNames().get(i));
      if (names.contains(name)) {
        throw new IllegalArgumentException(
            "KerasTransformer: there is a column '" + name + "' already");
      }
      out = out.add(name, OutputType.of(outputs.get(i).spec()).type(), false);
    }
    return out;
  }

  @Override
  public KerasTransformer copy(ParamMap extra) {
    KerasTransformer out = copyValues(new KerasTransformer(uid, file), extra);
    out.history = history;
    out.setParent(parent());
    return out;
  }

  @Override
  public MLWriter write() {
    return new Stages.Writer(this, file);
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<KerasTransformer> read() {
    return new Stages.Reader<>(KerasTransformer::new);
  }

  /** Reads what {@code save} wrote. */
  public static KerasTransformer load(String path) {
    return read().load(path);
  }
}
