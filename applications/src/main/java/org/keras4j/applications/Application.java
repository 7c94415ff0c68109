package org.keras4j.applications;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.activations.Activations;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.GlobalMaxPooling2D;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;

/**
 * A reference architecture ({@code keras.applications}): what it is told, under Keras's names and with Keras's defaults,
 * and {@link #build} to make the network.
 *
 * <pre>{@code
 * ResNet50 resnet = new ResNet50();
 * Model model = resnet.build();
 * NDArray scores = model.predict(resnet.preprocessInput(images));
 * System.out.println(resnet.decodePredictions(scores, 3));
 * }</pre>
 *
 * <p>The image layout is the configured one when {@code build} runs ({@link Keras#imageDataFormat}): images are {@code
 * (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels first.
 *
 * @param <S> the class itself
 */
public abstract class Application<S extends Application<S>> {
  private static final String IMAGENET = "imagenet";

  private final @Nullable String defaultName;
  private final int defaultSize;
  private final int smallestSize;
  private boolean includeTop = true;
  private @Nullable Object weights = IMAGENET;
  private @Nullable KerasTensor inputTensor;
  private @Nullable Shape inputShape;
  private @Nullable String pooling;
  private int classes = 1000;
  private ActivationFunction classifierActivation = Activations.SOFTMAX;
  private @Nullable String name;

  /**
   * A network that is called so if nothing else is said.
   *
   * @param defaultSize the height and width of the images that it was made for
   * @param smallestSize the least height and width that it can take
   */
  Application(@Nullable String defaultName, int defaultSize, int smallestSize) {
    this.defaultName = defaultName;
    this.defaultSize = defaultSize;
    this.smallestSize = smallestSize;
  }

  /** The names of all networks, as {@link #named} takes them. */
  public static List<String> names() {
    return List.copyOf(Applications.ALL.keySet());
  }

  /**
   * A network by Keras's name, {@code "ResNet50"}, with its default settings.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Application<?> named(String name) {
    Supplier<Application<?>> found = Applications.ALL.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "There is no application '" + name + "', only " + Applications.ALL.keySet());
    }
    return found.get();
  }

  @SuppressWarnings("unchecked")
  final S self() {
    return (S) this;
  }

  /** Class name, for messages. */
  final String label() {
    return getClass().getSimpleName();
  }

  final IllegalArgumentException wrong(String message) {
    return new IllegalArgumentException(label() + ": " + message);
  }

  // ---- settings

  /** Whether the classifier stands at the end; true by default. Without it the network gives features. */
  public final S includeTop(boolean value) {
    this.includeTop = value;
    return self();
  }

  /**
   * Where the weights come from; {@code "imagenet"} by default.
   *
   * @param value {@code "imagenet"} for those that Keras downloads, kept in {@code ~/.keras/models}; a file of weights,
   *     as a {@link Path} or its name: {@code .weights.h5}, {@code .h5} of older versions, or {@code .keras}; null for
   *     initial random ones
   * @return this network
   * @throws IllegalArgumentException if it is none of these, or there is no such file
   */
  public final S weights(@Nullable Object value) {
    if (value != null && !IMAGENET.equals(value)) {
      if (!(value instanceof Path) && !(value instanceof String)) {
        throw wrong("'weights' expects null, 'imagenet' or a file, got " + value);
      }
      Path file = value instanceof Path p ? p : Path.of((String) value);
      if (!Files.exists(file)) {
        throw wrong("'weights' expects null, 'imagenet' or a file that exists, got '" + file + "'");
      }
      this.weights = file;
      return self();
    }
    this.weights = value;
    return self();
  }

  /**
   * The tensor that the network's first layer takes, in place of an input of its own; the model's inputs are then those
   * that it depends on.
   *
   * @param value a symbolic tensor {@code (batch, height, width, channels)}, or in the layout with channels first
   * @return this network
   * @throws IllegalArgumentException if it is no symbolic tensor of four axes
   */
  public final S inputTensor(Tensor value) {
    if (!(value instanceof KerasTensor t) || t.rank() != 4) {
      throw wrong("'inputTensor' expects a symbolic tensor of 4 axes, got " + value);
    }
    this.inputTensor = t;
    return self();
  }

  /**
   * The shape of an image, the batch axis left out. By default that of the images that the network was trained on, or,
   * without the classifier, of any height and width.
   *
   * @param value {@code height, width, channels}, or {@code channels, height, width} with channels first; -1 for an
   *     unknown size
   * @return this network
   */
  public final S inputShape(long... value) {
    this.inputShape = value.length == 0 ? null : Shape.of(value);
    return self();
  }

  /**
   * What becomes of the features if there is no classifier; null by default.
   *
   * @param value null: they stay {@code (batch, height, width, channels)}; {@code "avg"} or {@code "max"}: their mean or
   *     maximum over height and width, {@code (batch, channels)}
   * @return this network
   * @throws IllegalArgumentException if it is none of these
   */
  public final S pooling(@Nullable String value) {
    if (value != null && !value.equals("avg") && !value.equals("max")) {
      throw wrong("'pooling' expects null, 'avg' or 'max', got '" + value + "'");
    }
    this.pooling = value;
    return self();
  }

  /**
   * How many classes the classifier tells apart; 1000 by default, those of ImageNet.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public final S classes(int value) {
    if (value < 1) {
      throw wrong("'classes' expects a positive integer, got " + value);
    }
    this.classes = value;
    return self();
  }

  /**
   * The function at the very end; {@code "softmax"} by default, null for scores as they are (logits).
   *
   * @param value a function, its name, a layer, a config, or null
   * @return this network
   */
  public final S classifierActivation(@Nullable Object value) {
    this.classifierActivation = ActivationFunction.get(value);
    return self();
  }

  /** The name of the model. */
  public final S name(String value) {
    this.name = value;
    return self();
  }

  final boolean isIncludeTop() {
    return includeTop;
  }

  final boolean isPretrained() {
    return IMAGENET.equals(weights);
  }

  final @Nullable KerasTensor inputTensor() {
    return inputTensor;
  }

  final @Nullable Shape givenShape() {
    return inputShape;
  }

  final int classes() {
    return classes;
  }

  final ActivationFunction classifierActivation() {
    return classifierActivation;
  }

  // ---- what networks are made of

  /** The last features, of an image. */
  abstract Tensor features(Tensor image);

  /** What the classifier makes of the features. */
  Tensor classifier(Tensor x) {
    return predictions(new GlobalAveragePooling2D().name("avg_pool").invoke(x));
  }

  /** The classes of a vector of features. */
  final Tensor predictions(Tensor x) {
    return new Dense(classes)
        .activation(classifierActivation)
        .name("predictions")
        .invoke(x);
  }

  /** The features as they are given out if there is no classifier. */
  Tensor pooled(Tensor x) {
    return pooled(x, "avg_pool", "max_pool");
  }

  /** Likewise, by layers of these names; null for automatic ones. */
  final Tensor pooled(Tensor x, @Nullable String average, @Nullable String max) {
    if (pooling == null) {
      return x;
    }
    return pooling.equals("avg")
        ? named(new GlobalAveragePooling2D(), average).invoke(x)
        : named(new GlobalMaxPooling2D(), max).invoke(x);
  }

  /** How pixels of 0 to 255 become the network's input. */
  abstract PixelScale pixelScale();

  /** The shape of an image, checked. */
  Shape resolvedShape() {
    return new ImageShape(label(), defaultSize, smallestSize)
        .resolve(inputShape, includeTop, isPretrained());
  }

  /** What is to be checked before anything is made; the shape is resolved. */
  void check(Shape image) {}

  /** The name given to the model, or else another. */
  final String modelName(String otherwise) {
    return name == null ? otherwise : name;
  }

  /** The model's name if none is given. */
  String defaultName(Shape image) {
    return String.valueOf(defaultName);
  }

  /** The name of the file with the weights trained on ImageNet. */
  abstract String weightsFile(Shape image);

  // ---- building

  /**
   * Makes the network, and gives it its weights. Each call makes another.
   *
   * @throws IllegalArgumentException if settings do not go together: classes or a classifier's activation with weights
   *     for others, an image too small, a layout that the network does not know
   * @throws java.io.UncheckedIOException if the weights cannot be had
   */
  public final Functional build() {
    Shape image = resolve();
    Functional model = network(image);
    if (isPretrained()) {
      model.loadWeights(Downloads.file(weightsFile(image)));
    } else if (weights != null) {
      model.loadWeights((Path) weights);
    }
    return model;
  }

  /** The shape of an image, after all checks. */
  final Shape resolve() {
    if (isPretrained() && includeTop && classes != 1000) {
      throw wrong("the weights 'imagenet' tell 1000 classes apart, got classes " + classes
          + "; use includeTop(false), or weights(null)");
    }
    if (weights != null
        && includeTop
        && classifierActivation != Activations.SOFTMAX
        && classifierActivation != Activations.LINEAR) {
      throw wrong("'classifierActivation' expects null or 'softmax' where weights are loaded");
    }
    Shape image = resolvedShape();
    if (inputTensor != null && inputShape != null) {
      if (!inputTensor.shape().slice(1).isCompatible(inputShape)) {
        throw wrong("'inputTensor' is of images " + inputTensor.shape().slice(1)
            + ", and 'inputShape' is " + inputShape);
      }
    }
    check(image);
    return image;
  }

  /** The network with initial weights. */
  final Functional network(Shape image) {
    Object inputs;
    Tensor x;
    if (inputTensor == null) {
      KerasTensor in = Input.of(image.toArray());
      inputs = in;
      x = in;
    } else {
      inputs = sources(inputTensor);
      x = inputTensor;
    }
    x = features(x);
    x = includeTop ? classifier(x) : pooled(x);
    return Model.of(inputs, x, modelName(defaultName(image)));
  }

  /** The tensors that nothing in the graph computes, on which one depends. */
  private static List<KerasTensor> sources(KerasTensor of) {
    Set<KerasTensor> found = new LinkedHashSet<>();
    Set<KerasTensor> seen = new LinkedHashSet<>();
    Deque<KerasTensor> open = new ArrayDeque<>(List.of(of));
    while (!open.isEmpty()) {
      KerasTensor t = open.pop();
      if (!seen.add(t)) {
        continue;
      }
      OperationNode n = t.node();
      if (n == null || n.inputs().isEmpty()) {
        found.add(t);
      } else {
        for (int i = n.inputs().size() - 1; i >= 0; i--) {
          open.push(n.inputs().get(i));
        }
      }
    }
    return List.copyOf(found);
  }

  // ---- around the network

  /**
   * Images as this network takes them ({@code preprocess_input}), of pixels from 0 to 255 in the order red, green, blue.
   * Networks that scale pixels themselves take them as they are.
   *
   * @param images {@code (height, width, 3)} or {@code (batch, height, width, 3)}, or in the layout with channels first
   * @return floats of the shape of the images
   * @throws IllegalArgumentException if the images have no 3 or 4 axes, or channels other than 3 where they matter
   */
  public final Tensor preprocessInput(Tensor images) {
    return ImageNet.preprocessInput(images, null, pixelScale());
  }

  /**
   * Likewise, of arrays on the host: the array given stays as it is.
   *
   * @param images an {@link NDArray} or a Java array of numbers
   * @return floats of the shape of the images
   */
  public final NDArray preprocessInput(Object images) {
    return ImageNet.preprocessInput(images, null, pixelScale());
  }

  /**
   * The likeliest five of ImageNet's 1000 classes for each image ({@code decode_predictions}). Their names are
   * downloaded once, and kept in {@code ~/.keras/models}.
   *
   * @param scores {@code (batch, 1000)}, as {@code predict} gives them
   * @return for each image its classes, the likeliest first
   */
  public final List<List<Prediction>> decodePredictions(Object scores) {
    return decodePredictions(scores, 5);
  }

  /** Likewise, so many of them. */
  public final List<List<Prediction>> decodePredictions(Object scores, int top) {
    return ImageNet.decodePredictions(scores, top);
  }

  // ---- layers, as all families make them

  final void requireChannelsLast() {
    if (channelsFirst()) {
      throw wrong("exists with the image layout channels_last alone, got channels_first;"
          + " use Keras.setImageDataFormat(\"channels_last\")");
    }
  }

  static boolean channelsFirst() {
    return Keras.imageDataFormat().equals("channels_first");
  }

  /** The axis of channels, counted from the front. */
  static int channelAxis() {
    return channelsFirst() ? 1 : 3;
  }

  /** The axis of channels, counted from the end where it is the last. */
  static int lastOrFirst() {
    return channelsFirst() ? 1 : -1;
  }

  static int channels(Tensor x) {
    return x.shape().intDim(channelAxis());
  }

  static <L extends FluentLayer<L>> L named(L layer, @Nullable String name) {
    return name == null ? layer : layer.name(name);
  }

  static Tensor relu(Tensor x, @Nullable String name) {
    return named(new Activation("relu"), name).invoke(x);
  }

  /**
   * The zeros around an image that make a strided window begin where Keras's older versions had it begin: one less
   * before than after if the size is even.
   *
   * @return before and after, of height and of width
   */
  static int[] zerosForStride(Tensor x, int window) {
    int first = channelsFirst() ? 2 : 1;
    int[] out = new int[4];
    for (int i = 0; i < 2; i++) {
      long size = x.shape().dim(first + i);
      out[2 * i] = window / 2 - (size < 0 || size % 2 == 0 ? 1 : 0);
      out[2 * i + 1] = window / 2;
    }
    return out;
  }

  /** A number of channels that a divisor divides, near a number and not below nine tenths of it. */
  static int divisible(double channels, int divisor) {
    int rounded = rounded(channels, divisor);
    return rounded < 0.9 * channels ? rounded + divisor : rounded;
  }

  /** The multiple of a divisor that is nearest to a number, and above 0. */
  static int rounded(double channels, int divisor) {
    return Math.max(divisor, (int) (channels + divisor / 2.0) / divisor * divisor);
  }
}
