package org.keras4j.tck.distribution;

import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.distribution.DataParallel;
import org.keras4j.distribution.DeviceMesh;
import org.keras4j.distribution.Distribution;
import org.keras4j.distribution.LayoutMap;
import org.keras4j.distribution.ModelParallel;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.data.Batch;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.AdamW;
import org.keras4j.training.optimizers.SGD;

/** Models whose steps are divided among devices, the first three as in {@code scripts/record_layouts.py}. */
enum ShardedModels {
  MLP {
    @Override
    Model made() {
      Model m = new Sequential(
              new Input(16),
              new Dense(32).activation("relu").name("hidden"),
              new Dropout(0.25).name("dropout"),
              new Dense(8).activation("softmax").name("out"))
          .name("mlp");
      m.compile("adam", "sparse_categorical_crossentropy", "accuracy");
      return m;
    }

    @Override
    NDArray x() {
      return numbers(Shape.of(BATCH, 16));
    }

    @Override
    void rules(LayoutMap layouts) {
      layouts
          .put(".*hidden/kernel", null, "model")
          .put(".*hidden/bias", "model")
          .put(".*out/kernel", "model", null)
          .put(".*hidden/output", "batch", "model");
    }

    @Override
    void slots(LayoutMap layouts) {
      layouts.put("adam/.*_(momentum|velocity)", "batch");
    }
  },
  CONVNET {
    @Override
    Model made() {
      KerasTensor image = new Input(8, 8, 2).name("image").output();
      Tensor x = new Conv2D(8, 3).padding("same").useBias(false).name("conv1").invoke(image);
      x = new BatchNormalization().name("norm1").invoke(x);
      x = new Activation("relu").name("relu1").invoke(x);
      x = new MaxPooling2D(2).name("pool").invoke(x);
      x = new Conv2D(16, 3).name("conv2").invoke(x);
      x = new BatchNormalization().name("norm2").invoke(x);
      x = new GlobalAveragePooling2D().name("mean").invoke(x);
      Model m =
          Model.of(image, new Dense(8).activation("softmax").name("out").invoke(x), "convnet");
      m.compile(new SGD(0.02).momentum(0.9), "sparse_categorical_crossentropy", "accuracy");
      return m;
    }

    @Override
    NDArray x() {
      return numbers(Shape.of(BATCH, 8, 8, 2));
    }

    @Override
    void rules(LayoutMap layouts) {
      layouts
          .put(".*conv[12]/kernel", null, null, null, "model")
          .put(".*conv2/bias", "model")
          .put(".*norm./(gamma|beta|moving_.*)", "model")
          .put(".*relu1/output", "batch", null, null, "model");
    }

    @Override
    void slots(LayoutMap layouts) {
      layouts
          .put("sgd/conv._kernel_momentum", null, null, null, "batch")
          .put("sgd/(out_.*|norm._.*|conv2_bias)_momentum", "batch");
    }
  },
  TRANSFORMER {
    @Override
    Model made() {
      KerasTensor words = new Input(6).dtype("int32").name("words").output();
      Tensor x = new Embedding(24, 16).name("embedding").invoke(words);
      Tensor y = new MultiHeadAttention(4, 4).name("attention").invoke(x, CallArgs.of("value", x));
      x = new LayerNormalization()
          .name("norm1")
          .invoke(new Add().name("add1").invoke(List.of(x, y)));
      Tensor z = new Dense(32).activation("gelu").name("up").invoke(x);
      z = new Dense(16).name("down").invoke(z);
      x = new LayerNormalization()
          .name("norm2")
          .invoke(new Add().name("add2").invoke(List.of(x, z)));
      x = new GlobalAveragePooling1D().name("mean").invoke(x);
      Model m =
          Model.of(words, new Dense(8).activation("softmax").name("out").invoke(x), "transformer");
      m.compile(new AdamW(1e-3).globalClipnorm(1.0), "sparse_categorical_crossentropy", "accuracy");
      return m;
    }

    @Override
    NDArray x() {
      Random random = new Random(5);
      int[] words = new int[BATCH * 6];
      for (int i = 0; i < words.length; i++) {
        words[i] = random.nextInt(24);
      }
      return NDArray.of(words, BATCH, 6);
    }

    @Override
    void rules(LayoutMap layouts) {
      layouts
          .put("embedding/embeddings", null, "model")
          .put(".*attention/(query|key|value)/kernel", null, "model", null)
          .put(".*attention/(query|key|value)/bias", "model", null)
          .put(".*attention_output/kernel", "model", null, null)
          .put(".*up/kernel", null, "model")
          .put(".*up/bias", "model")
          .put(".*down/kernel", "model", null)
          .put(".*add./output", "batch", null, null);
    }

    @Override
    void slots(LayoutMap layouts) {
      layouts
          .put("adam_w/attention_attention_output_kernel_.*", null, null, "batch")
          .put("adam_w/attention_(query|key|value)_kernel_.*", "batch")
          .put("adam_w/(embedding|up|down|out|norm)._?.*_(momentum|velocity)", "batch");
    }
  },
  /** A loop over time, adapters, accumulated gradients and averages of weights. */
  RECURRENT {
    @Override
    Model made() {
      Dense up = new Dense(16).activation("relu").name("up");
      Model m = new Sequential(
              new Input(5, 8),
              new LSTM(16).name("lstm"),
              up,
              new Dense(8).activation("softmax").name("out"))
          .name("recurrent");
      up.enableLora(2);
      m.compile(
          new Adam(1e-3).useEma(true).gradientAccumulationSteps(2),
          "sparse_categorical_crossentropy",
          "accuracy");
      return m;
    }

    @Override
    NDArray x() {
      return numbers(Shape.of(BATCH, 5, 8));
    }

    @Override
    void rules(LayoutMap layouts) {
      layouts
          .put(".*lstm.*kernel", null, "model")
          .put(".*lstm.*bias", "model")
          .put(".*lora_kernel_b", null, "model")
          .put(".*lstm/output", "batch", "model");
    }

    @Override
    void slots(LayoutMap layouts) {
      layouts.put(
          "adam/.*(kernel|bias|lora_kernel_a)_(momentum|velocity|average|gradient_accumulator)",
          "batch");
    }
  };

  static final int BATCH = 16;

  /** How a step is divided. */
  enum Layouts {
    /** Samples among eight devices. */
    DATA,
    /** Samples among two, weights among two. */
    MODEL,
    /** Samples and the optimizer's state among eight. */
    ZERO
  }

  abstract Model made();

  abstract NDArray x();

  /** How weights and values inside are divided along the axis {@code model}. */
  abstract void rules(LayoutMap layouts);

  /** How slots of the optimizer are divided along the axis {@code batch}. */
  abstract void slots(LayoutMap layouts);

  /** The model, always with the same weights and seeds. */
  Model model() {
    synchronized (ShardedModels.class) {
      Keras.clearSession(); // the names of optimizers and seeds are the same each time
      SeedGenerator.setRandomSeed(11);
      return made();
    }
  }

  Batch batch() {
    Random random = new Random(6);
    int[] y = new int[BATCH];
    for (int i = 0; i < BATCH; i++) {
      y[i] = random.nextInt(8);
    }
    return Batch.of(x(), NDArray.of(y, BATCH));
  }

  /** For devices that are not here. */
  Distribution distribution(Layouts kind) {
    return distribution(kind, (shape, axes) -> DeviceMesh.planned(shape, axes));
  }

  /** For devices of the backend in use. */
  Distribution here(Layouts kind) {
    return distribution(
        kind,
        (shape, axes) ->
            new DeviceMesh(shape, axes, Distribution.listDevices().subList(0, (int) shape.size())));
  }

  private Distribution distribution(
      Layouts kind, BiFunction<Shape, List<String>, DeviceMesh> mesh) {
    if (kind == Layouts.DATA) {
      return new DataParallel(mesh.apply(Shape.of(8), List.of("batch")));
    }
    boolean model = kind == Layouts.MODEL;
    LayoutMap layouts = new LayoutMap(
        model
            ? mesh.apply(Shape.of(2, 2), List.of("batch", "model"))
            : mesh.apply(Shape.of(8), List.of("batch")));
    if (model) {
      rules(layouts);
    } else {
      slots(layouts);
    }
    return new ModelParallel(layouts);
  }

  static NDArray numbers(Shape shape) {
    Random random = new Random(5);
    NDArray x = NDArray.zeros(DType.FLOAT32, shape);
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, random.nextGaussian());
    }
    return x;
  }
}
