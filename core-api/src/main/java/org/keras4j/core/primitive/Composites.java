package org.keras4j.core.primitive;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The composites of the library, which backends may claim, and their attributes. What exactly each computes stands in the
 * Javadoc of the class that has its body; images are channels last.
 */
public final class Composites {
  private static final List<CompositeName> ALL = new ArrayList<>();

  /** The slope below zero. */
  public static final AttributeKey<Double> NEGATIVE_SLOPE =
      new AttributeKey<>("negative_slope", Double.class);

  /** How far {@code elu} goes below zero. */
  public static final AttributeKey<Double> ALPHA = new AttributeKey<>("alpha", Double.class);

  /** Whether {@code gelu} is taken by its approximation with tanh. */
  public static final AttributeKey<Boolean> APPROXIMATE =
      new AttributeKey<>("approximate", Boolean.class);

  /** The axis that is normalized, from 0 on. */
  public static final AttributeKey<Integer> AXIS = new AttributeKey<>("axis", Integer.class);

  /** How many of the last axes are normalized. */
  public static final AttributeKey<Integer> AXES = new AttributeKey<>("axes", Integer.class);

  /** What is added to a variance or a square before its root is taken. */
  public static final AttributeKey<Double> EPSILON = new AttributeKey<>("epsilon", Double.class);

  /** Whether there is a gamma. */
  public static final AttributeKey<Boolean> SCALE = new AttributeKey<>("scale", Boolean.class);

  /** Whether there is a beta. */
  public static final AttributeKey<Boolean> CENTER = new AttributeKey<>("center", Boolean.class);

  /** What the products of query and key are multiplied with. */
  public static final AttributeKey<Double> FACTOR = new AttributeKey<>("scale", Double.class);

  /** Whether a query sees the keys up to its own place alone. */
  public static final AttributeKey<Boolean> CAUSAL = new AttributeKey<>("causal", Boolean.class);

  /** Whether there is a bias. */
  public static final AttributeKey<Boolean> BIAS = new AttributeKey<>("bias", Boolean.class);

  /** Whether there is a mask. */
  public static final AttributeKey<Boolean> MASK = new AttributeKey<>("mask", Boolean.class);

  /** The size of windows, or of an image, along each axis. */
  public static final AttributeKey<LongList> SIZE = new AttributeKey<>("size", LongList.class);

  /** The steps of windows along each axis. */
  public static final AttributeKey<LongList> STRIDE = new AttributeKey<>("stride", LongList.class);

  /** The padding before each axis. */
  public static final AttributeKey<LongList> LOW = new AttributeKey<>("low", LongList.class);

  /** The padding after each axis. */
  public static final AttributeKey<LongList> HIGH = new AttributeKey<>("high", LongList.class);

  /** How many variables there are. */
  public static final AttributeKey<Integer> COUNT = new AttributeKey<>("count", Integer.class);

  /** How many scalars come before the variables. */
  public static final AttributeKey<Integer> SCALARS = new AttributeKey<>("scalars", Integer.class);

  /** The share of the last step in the next. */
  public static final AttributeKey<Double> MOMENTUM = new AttributeKey<>("momentum", Double.class);

  /** Whether the momentum looks ahead. */
  public static final AttributeKey<Boolean> NESTEROV =
      new AttributeKey<>("nesterov", Boolean.class);

  /** The decay of the mean of gradients. */
  public static final AttributeKey<Double> BETA_1 = new AttributeKey<>("beta_1", Double.class);

  /** The decay of the mean of their squares. */
  public static final AttributeKey<Double> BETA_2 = new AttributeKey<>("beta_2", Double.class);

  /** Whether the largest mean of squares is kept. */
  public static final AttributeKey<Boolean> AMSGRAD = new AttributeKey<>("amsgrad", Boolean.class);

  /** Whether equal elements count as lying before. */
  public static final AttributeKey<Boolean> RIGHT = new AttributeKey<>("right", Boolean.class);

  /** What stands in the place of NaN. */
  public static final AttributeKey<Double> NAN = new AttributeKey<>("nan", Double.class);

  /** What stands in the place of infinity. */
  public static final AttributeKey<Double> POSINF = new AttributeKey<>("posinf", Double.class);

  /** What stands in the place of negative infinity. */
  public static final AttributeKey<Double> NEGINF = new AttributeKey<>("neginf", Double.class);

  /** Whether the kernel has its classes first. */
  public static final AttributeKey<Boolean> TURNED = new AttributeKey<>("turned", Boolean.class);

  /** In how many blocks something is computed. */
  public static final AttributeKey<Integer> BLOCKS = new AttributeKey<>("blocks", Integer.class);

  /** For each dimension the place of the axis of the mesh that divides it, or -1. */
  public static final AttributeKey<LongList> LAYOUT = new AttributeKey<>("layout", LongList.class);

  public static final CompositeName RELU = name("nn.relu", List.of(), "x", "y", true, "");

  public static final CompositeName RELU6 = name("nn.relu6", List.of(), "x", "y", true, "");

  public static final CompositeName LEAKY_RELU =
      name("nn.leaky_relu", List.of(NEGATIVE_SLOPE), "x", "y", true, "");

  public static final CompositeName ELU = name("nn.elu", List.of(ALPHA), "x", "y", true, "");

  public static final CompositeName SILU = name("nn.silu", List.of(), "x", "y", true, "");

  public static final CompositeName GELU =
      name("nn.gelu", List.of(APPROXIMATE), "x", "y", true, "");

  public static final CompositeName SOFTPLUS = name("nn.softplus", List.of(), "x", "y", true, "");

  public static final CompositeName SOFTMAX = name("nn.softmax", List.of(AXIS), "x", "y", true, "");

  public static final CompositeName LOG_SOFTMAX =
      name("nn.log_softmax", List.of(AXIS), "x", "y", true, "");

  public static final CompositeName LAYER_NORMALIZATION = name(
      "nn.layer_normalization",
      List.of(AXES, EPSILON, SCALE, CENTER),
      "x [gamma] [beta]",
      "y",
      true,
      "mean rstd");

  public static final CompositeName RMS_NORMALIZATION = name(
      "nn.rms_normalization",
      List.of(AXES, EPSILON, SCALE, CENTER),
      "x [gamma]",
      "y",
      true,
      "rstd");

  public static final CompositeName BATCH_NORMALIZATION = name(
      "nn.batch_normalization",
      List.of(EPSILON, SCALE, CENTER),
      "x mean variance [gamma] [beta]",
      "y",
      false,
      "");

  public static final CompositeName BATCH_NORMALIZATION_TRAIN = name(
      "nn.batch_normalization_train",
      List.of(EPSILON, SCALE, CENTER),
      "x [gamma] [beta]",
      "y mean variance",
      true,
      "rstd");

  public static final CompositeName CROSS_ENTROPY =
      name("nn.cross_entropy", List.of(), "logits target", "loss", true, "lse");

  public static final CompositeName SPARSE_CROSS_ENTROPY =
      name("nn.sparse_cross_entropy", List.of(), "logits labels", "loss", true, "lse");

  public static final CompositeName LINEAR_SPARSE_CROSS_ENTROPY = name(
      "nn.linear_sparse_cross_entropy",
      List.of(BIAS, TURNED, BLOCKS),
      "x kernel [bias] labels",
      "loss",
      true,
      "lse");

  public static final CompositeName BINARY_CROSS_ENTROPY =
      name("nn.binary_cross_entropy", List.of(), "logits target", "loss", true, "");

  public static final CompositeName MAX_POOL =
      name("nn.max_pool", List.of(SIZE, STRIDE, LOW, HIGH), "x", "y", true, "");

  public static final CompositeName AVERAGE_POOL =
      name("nn.average_pool", List.of(SIZE, STRIDE, LOW, HIGH), "x", "y", true, "");

  public static final CompositeName DOT_PRODUCT_ATTENTION = name(
      "nn.dot_product_attention",
      List.of(FACTOR, CAUSAL, BIAS, MASK),
      "query key value [bias] [mask]",
      "y",
      true,
      "lse");

  public static final CompositeName DENSE =
      name("nn.dense", List.of(BIAS), "x kernel [bias]", "y", true, "");

  public static final CompositeName EMBEDDING =
      name("nn.embedding", List.of(), "table indices", "y", true, "");

  public static final CompositeName PACKED_DENSE =
      name("nn.packed_dense", List.of(), "x packed scales", "y", false, "");

  public static final CompositeName LSTM = name(
      "nn.lstm", List.of(BIAS), "x h0 c0 kernel recurrent [bias]", "y h c", true, "gates cells");

  public static final CompositeName GRU =
      name("nn.gru", List.of(BIAS), "x h0 kernel recurrent [bias]", "y h", true, "gates");

  public static final CompositeName RESIZE_BILINEAR =
      name("image.resize_bilinear", List.of(SIZE), "x", "y", false, "");

  public static final CompositeName SEARCH_SORTED =
      name("numpy.search_sorted", List.of(RIGHT), "vector values", "places", false, "");

  public static final CompositeName IS_IN =
      name("numpy.is_in", List.of(), "x vector", "y", false, "");

  public static final CompositeName NAN_TO_NUM =
      name("numpy.nan_to_num", List.of(NAN, POSINF, NEGINF), "x", "y", false, "");

  public static final CompositeName RELAYOUT =
      name("distribution.relayout", List.of(LAYOUT), "x", "y", true, "");

  public static final CompositeName ADADELTA_UPDATE = update("adadelta");

  public static final CompositeName ADAGRAD_UPDATE = update("adagrad");

  public static final CompositeName ADAM_UPDATE = update("adam");

  public static final CompositeName ADAMAX_UPDATE = update("adamax");

  public static final CompositeName FTRL_UPDATE = update("ftrl");

  public static final CompositeName LAMB_UPDATE = update("lamb");

  public static final CompositeName LION_UPDATE = update("lion");

  public static final CompositeName NADAM_UPDATE = update("nadam");

  public static final CompositeName RMSPROP_UPDATE = update("rmsprop");

  public static final CompositeName SCHEDULE_FREE_ADAMW_UPDATE = update("schedule_free_adamw");

  public static final CompositeName SGD_UPDATE = update("sgd");

  private Composites() {}

  /**
   * Rounding to 256 steps between {@link #LOWEST} and {@link #HIGHEST}, as formats of quantized models have it. None of those in
   * {@link #all()}: no layer makes it.
   */
  public static final String FAKE_QUANT = "quantizers.fake_quant";

  /** The lower limit of {@link #FAKE_QUANT}, 0 at most. */
  public static final String LOWEST = "lowest";

  /** The upper limit of {@link #FAKE_QUANT}, 0 at least. */
  public static final String HIGHEST = "highest";

  /**
   * A {@link TopK}, {@link Sort} or {@link ArgReduce} of numbers among which no NaN is, the only primitive of its body: for formats whose operators give NaN no
   * place. None of those in {@link #all()}: no layer makes it.
   */
  public static final String ORDER_OF_NUMBERS = "numpy.order_of_numbers";

  private static CompositeName name(
      String name,
      List<AttributeKey<?>> attributes,
      String inputs,
      String outputs,
      boolean differentiable,
      String extras) {
    CompositeName c = new CompositeName(
        name, attributes, words(inputs), words(outputs), differentiable, words(extras));
    ALL.add(c);
    return c;
  }

  /** The step of an optimizer; its own settings are attributes besides. */
  private static CompositeName update(String optimizer) {
    return name(
        "optimizers." + optimizer + "_update",
        List.of(COUNT, SCALARS),
        "rate step [scalars] variables gradients slots",
        "variables slots",
        false,
        "");
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }

  /** All of them, in the order of the documentation. */
  public static List<CompositeName> all() {
    return Collections.unmodifiableList(ALL);
  }
}
