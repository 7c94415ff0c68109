package org.keras4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.convolution.Conv1D;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.Conv2DTranspose;
import org.keras4j.layers.convolution.Conv3D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.convolution.SeparableConv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.image.Resizing;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.GroupNormalization;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.normalization.RMSNormalization;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.GlobalMaxPooling1D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.pooling.MaxPooling3D;
import org.keras4j.layers.preprocessing.CategoryEncoding;
import org.keras4j.layers.preprocessing.Discretization;
import org.keras4j.layers.preprocessing.IntegerLookup;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.Rescaling;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.layers.preprocessing.TextVectorization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.reshaping.UpSampling2D;
import org.keras4j.layers.rnn.Bidirectional;
import org.keras4j.layers.rnn.GRU;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.layers.rnn.SimpleRNN;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Run;

/** Models of all kinds to be exported, and arrays for them. */
enum ExportedModels {
  IMAGES {
    @Override
    Model make() {
      return new Sequential(
          new Input(8, 8, 2),
          new Rescaling(0.5),
          new Conv2D(4, 3).activation("relu"),
          new BatchNormalization(),
          new MaxPooling2D(2),
          new Flatten(),
          new Dropout(0.5),
          new Dense(3).activation("softmax"));
    }
  },
  CONVOLUTIONS {
    @Override
    Model make() {
      return new Sequential(
          new Input(9, 7, 3),
          new DepthwiseConv2D(3).padding("same").activation("gelu"),
          new GroupNormalization(3),
          new SeparableConv2D(4, 3).activation("silu"),
          new Conv2DTranspose(4, 3).strides(2).padding("same"),
          new AveragePooling2D(2),
          new UpSampling2D(2),
          new GlobalAveragePooling2D(),
          new Dense(2));
    }
  },
  VOLUMES {
    @Override
    Model make() {
      return new Sequential(
          new Input(6, 6, 6, 2),
          new Conv3D(3, 3).padding("same").activation("elu"),
          new MaxPooling3D(2),
          new Flatten(),
          new Dense(2));
    }
  },
  /** Images of any size. */
  ANY_SIZE {
    @Override
    Model make() {
      return new Sequential(
          new Input(-1, -1, 3),
          new Conv2D(4, 3).strides(2).padding("same").activation("relu"),
          new AveragePooling2D(3).strides(2).padding("same"),
          new Conv2D(4, 2).padding("same").activation("relu"),
          new MaxPooling2D(2).padding("same"),
          new GlobalAveragePooling2D(),
          new Dense(2));
    }
  },
  /** Larger images of images of any size. */
  ANY_SIZE_ENLARGED {
    @Override
    Model make() {
      return new Sequential(
          new Input(-1, -1, 3),
          new Conv2DTranspose(4, 3).strides(2).padding("same").activation("relu"),
          new Conv2DTranspose(3, 4).strides(2).dilationRate(1),
          new Conv2DTranspose(4, 3).dilationRate(2).padding("same"),
          new Conv2DTranspose(2, 2).strides(3).outputPadding(1),
          new UpSampling2D(2),
          new Conv2D(2, 3));
    }
  },
  /** Outputs of one layer, which all have its name, and an input that is an output. */
  ONE_NAME {
    @Override
    Model make() {
      KerasTensor x = new Input(4).name("x").output();
      Dense dense = new Dense(4).name("dense");
      Tensor once = dense.invoke(x);
      return Model.of(x, List.of(once, dense.invoke(once), x));
    }
  },
  RECURRENT {
    @Override
    Model make() {
      return new Sequential(
          new Input(6).dtype("int32"),
          new Embedding(VALUES, 4).maskZero(true),
          new Bidirectional(new LSTM(5).returnSequences(true)),
          new GRU(4).returnSequences(true),
          new SimpleRNN(3),
          new Dense(2));
    }
  },
  /** Sequences of any length. */
  ANY_LENGTH {
    @Override
    Model make() {
      return new Sequential(
          new Input(-1, 3),
          new Conv1D(4, 3).padding("causal").activation("tanh"),
          new LSTM(5).returnSequences(true),
          new GRU(4),
          new Dense(2));
    }
  },
  /** Gates that no operator of ONNX has. */
  OTHER_GATES {
    @Override
    Model make() {
      return new Sequential(
          new Input(5, 3),
          new LSTM(4).recurrentActivation("hard_sigmoid").returnSequences(true),
          new GRU(3).resetAfter(false));
    }
  },
  ATTENTION {
    @Override
    Model make() {
      KerasTensor words = new Input(-1).dtype("int32").name("words").output();
      Tensor x = new Embedding(VALUES, 8).invoke(words);
      Tensor y =
          new MultiHeadAttention(2, 4).invoke(x, CallArgs.of("value", x, "use_causal_mask", true));
      x = new LayerNormalization().invoke(new Add().invoke(List.of(x, y)));
      x = new Add().invoke(List.of(x, new Dense(8).activation("gelu").invoke(x)));
      x = new RMSNormalization().invoke(x);
      return Model.of(
          words, new Dense(3).activation("softmax").invoke(new GlobalAveragePooling1D().invoke(x)));
    }
  },
  /** Inputs whose names are in no order, and outputs of several kinds. */
  SEVERAL {
    @Override
    Model make() {
      KerasTensor b = new Input(4).name("zoo").output();
      KerasTensor a = new Input(5).dtype("int64").name("animals").output();
      KerasTensor c = new Input().name("more").output();
      Tensor e = new GlobalMaxPooling1D().invoke(new Embedding(VALUES, 6).invoke(a));
      Tensor all = new Concatenate()
          .invoke(List.of(new Dense(6).activation("tanh").invoke(b), e, Ops.expandDims(c, -1)));
      return Model.of(
          List.of(b, a, c),
          List.of(
              new Dense(3).activation("softmax").name("kind").invoke(all),
              new Dense(1).name("size").invoke(Ops.multiply(all, 0.5)),
              Ops.argmax(all, -1)));
    }
  },
  /** Numbers made ready for a network. */
  PREPROCESSING {
    @Override
    Model make() {
      KerasTensor image = new Input(10, 12, 3).name("image").output();
      KerasTensor number = new Input(3).name("number").output();
      KerasTensor kind = new Input(2).dtype("int32").name("kind").output();
      Tensor pixels = new Resizing(6, 5).invoke(new Rescaling(1 / 127.5, -1).invoke(image));
      Normalization normal = new Normalization();
      normal.adapt(new float[][] {{1, 2, 3}, {2, 5, 7}, {0, 1, -4}});
      Tensor bins = new Discretization(new double[] {-1, 0, 0.5}).invoke(number);
      Tensor kinds = new CategoryEncoding(VALUES).outputMode("multi_hot").invoke(kind);
      return Model.of(
          List.of(image, number, kind),
          List.of(new Flatten().invoke(pixels), normal.invoke(number), bins, kinds));
    }
  },
  NAMED {
    @Override
    Model make() {
      KerasTensor b = new Input(4).name("first").output();
      KerasTensor a = new Input(3).name("second").output();
      Tensor all = new Concatenate().invoke(List.of(b, a));
      return Model.of(
          Map.of("q", b, "p", a),
          Map.of("size", new Dense(1).invoke(all), "kind", new Dense(3).invoke(all)));
    }
  },
  /** Weights and products of eight bits. */
  QUANTIZED {
    @Override
    Model make() {
      Sequential m = new Sequential(
          new Input(6).dtype("int32"),
          new Embedding(VALUES, 16),
          new Flatten(),
          new Dense(12).activation("relu"),
          new Dense(5).activation("tanh"));
      m.quantize("int8");
      return m;
    }
  },
  /** Weights of four bits. */
  QUANTIZED_FURTHER {
    @Override
    Model make() {
      Sequential m = new Sequential(
          new Input(16),
          new Dense(12).activation("relu"),
          new BatchNormalization(),
          new Dense(8).activation("tanh"));
      m.quantize("int4");
      return m;
    }
  },
  /** Strings and integers by vocabularies, and back. */
  TOKENS {
    @Override
    Model make() {
      KerasTensor word = new Input(3).dtype("string").name("word").output();
      KerasTensor code = new Input(2).dtype("int64").name("code").output();
      StringLookup words = new StringLookup().vocabulary(List.of("a", "the", "fox"));
      StringLookup masked =
          new StringLookup().maskToken("").outputMode("int").vocabulary(List.of("fox", "dog"));
      StringLookup counted = new StringLookup().outputMode("count").vocabulary(List.of("a", "fox"));
      IntegerLookup codes = new IntegerLookup().numOovIndices(3).vocabulary(List.of(4, 7, 11, 100));
      StringLookup back = new StringLookup().invert(true).vocabulary(List.of("zero", "one", "two"));
      Tensor places = codes.invoke(code);
      return Model.of(
          List.of(word, code),
          List.of(
              new Flatten().invoke(new Embedding(4, 3).invoke(words.invoke(word))),
              masked.invoke(word),
              counted.invoke(word),
              places,
              back.invoke(places)));
    }
  },
  /** Texts, split into words. */
  TEXTS {
    @Override
    Model make() {
      KerasTensor text = new Input(1).dtype("string").name("text").output();
      TextVectorization words = new TextVectorization()
          .outputSequenceLength(5)
          .vocabulary(List.of("the", "fox", "jumps"));
      Tensor x = new Embedding(5, 4).invoke(words.invoke(text));
      return Model.of(text, new Dense(2).invoke(new GlobalAveragePooling1D().invoke(x)));
    }

    @Override
    int oldest() {
      return 20;
    }
  },
  HALVES {
    @Override
    Model make() {
      return typed("float16");
    }

    @Override
    double tolerance() {
      return 5e-3;
    }
  },
  BFLOATS {
    @Override
    Model make() {
      return typed("bfloat16");
    }

    @Override
    double tolerance() {
      return 4e-2;
    }
  },
  DOUBLES {
    @Override
    Model make() {
      return typed("float64");
    }
  };

  static final int VALUES = 20;
  private static final int ANY = 7;

  private static final String[] WORDS = {
    "a", "the", "fox", "dog", "", "\u00c9t\u00e9", "The  FOX, jumps!", "..."
  };

  abstract Model make();

  /** The oldest opset that has what is needed. */
  int oldest() {
    return OnnxExport.DEFAULT_OPSET;
  }

  double tolerance() {
    return 1e-4;
  }

  private static Model typed(String dtype) {
    return new Sequential(
        new Input(8, 8, 2).dtype(dtype),
        new Conv2D(4, 3).activation("relu").dtype(dtype),
        new BatchNormalization().dtype(dtype),
        new MaxPooling2D(2).dtype(dtype),
        new Flatten().dtype(dtype),
        new LayerNormalization().dtype(dtype),
        new Dense(6).activation("gelu").dtype(dtype),
        new Dense(3).activation("softmax").dtype(dtype));
  }

  /** Weights that are not those of the start: statistics that are not 0 and 1. */
  static void fill(Model model) {
    Random random = new Random(3);
    for (Variable v : model.weights()) {
      if (!v.dtype().isFloat()) {
        continue;
      }
      NDArray a = v.eager().toNDArray().copy();
      boolean positive = v.name().contains("variance");
      for (int i = 0; i < a.size(); i++) {
        double shift = random.nextDouble() * 0.2;
        a.setDouble(i, a.getDouble(i) + (positive ? shift : shift - 0.1));
      }
      v.assign(Ops.convertToTensor(a));
    }
  }

  /** Arrays for the model's inputs, in their order. */
  static List<NDArray> inputs(Model model, int batch, long seed) {
    Random random = new Random(seed);
    List<NDArray> out = new ArrayList<>();
    for (Object leaf : Nest.flatten(model.inputSpecs())) {
      TensorSpec s = (TensorSpec) leaf;
      Shape shape = s.shape().with(0, batch);
      for (int i = 1; i < shape.rank(); i++) {
        shape = shape.dim(i) < 0 ? shape.with(i, ANY) : shape;
      }
      if (s.dtype() == DType.STRING) {
        String[] words = new String[(int) shape.size()];
        for (int i = 0; i < words.length; i++) {
          words[i] = WORDS[random.nextInt(WORDS.length)];
        }
        out.add(NDArray.ofStrings(words, shape));
        continue;
      }
      NDArray a = NDArray.zeros(s.dtype(), shape);
      for (int i = 0; i < a.size(); i++) {
        if (s.dtype().isFloat()) {
          a.setDouble(i, random.nextGaussian());
        } else {
          a.setLong(i, random.nextInt(VALUES));
        }
      }
      out.add(a);
    }
    return out;
  }

  /** What the model predicts, output by output. */
  static List<NDArray> outputs(Model model, List<NDArray> inputs) {
    Object x = Nest.pack(model.inputSpecs(), inputs);
    List<NDArray> out = new ArrayList<>();
    Nest.flatten(model.predictNested(x, Run.defaults().verbose(0)))
        .forEach(y -> out.add((NDArray) y));
    return out;
  }

  static boolean isFloat(NDArray a) {
    return a.dtype() != DType.BOOL && a.dtype().isFloat();
  }
}
