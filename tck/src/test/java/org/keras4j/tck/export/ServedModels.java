package org.keras4j.tck.export;

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
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.convolution.Conv1D;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.Conv2DTranspose;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.convolution.SeparableConv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.GroupNormalization;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.GlobalMaxPooling1D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.preprocessing.CategoryEncoding;
import org.keras4j.layers.preprocessing.Hashing;
import org.keras4j.layers.preprocessing.IntegerLookup;
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
import org.keras4j.training.Fit;
import org.keras4j.training.Run;

/** Models of all kinds to be exported, and arrays for them. */
enum ServedModels {
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

    @Override
    boolean isTrained() {
      return false;
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
  ATTENTION {
    @Override
    Model make() {
      KerasTensor words = new Input(-1).dtype("int32").name("words").output();
      Tensor x = new Embedding(VALUES, 8).invoke(words);
      Tensor y =
          new MultiHeadAttention(2, 4).invoke(x, CallArgs.of("value", x, "use_causal_mask", true));
      x = new LayerNormalization().invoke(new Add().invoke(List.of(x, y)));
      x = new Add().invoke(List.of(x, new Dense(8).activation("gelu").invoke(x)));
      return Model.of(
          words, new Dense(3).activation("softmax").invoke(new GlobalAveragePooling1D().invoke(x)));
    }
  },
  /** Inputs whose names are in no order, and outputs of two kinds. */
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

    @Override
    boolean isTrained() {
      return false;
    }
  },
  /** Strings and integers, looked up and hashed. */
  WORDS {
    @Override
    Model make() {
      KerasTensor word = new Input(2).dtype("string").name("word").output();
      KerasTensor number = new Input(2).dtype("int64").name("number").output();
      StringLookup known = new StringLookup().vocabulary(List.of("red", "été", "blue", ""));
      return Model.of(
          List.of(word, number),
          List.of(
              known.invoke(word),
              new StringLookup()
                  .vocabulary(List.of("blue", "grey"))
                  .maskToken("red")
                  .numOovIndices(3)
                  .invoke(word),
              new StringLookup()
                  .vocabulary(List.of("blue", "grey"))
                  .numOovIndices(2)
                  .salt(5, 7)
                  .outputMode("multi_hot")
                  .invoke(word),
              new Hashing(7).invoke(word),
              new Hashing(5).salt(3).maskValue("blue").invoke(word),
              new IntegerLookup().vocabulary(List.of(9, 3, 4)).numOovIndices(2).invoke(number),
              new IntegerLookup()
                  .vocabulary(List.of(9, 3))
                  .maskToken(4)
                  .outputMode("count")
                  .invoke(number),
              new Hashing(4).maskValue(3).invoke(number),
              new Dense(2)
                  .invoke(new CategoryEncoding(VALUES).outputMode("multi_hot").invoke(number)),
              new IntegerLookup().vocabulary(List.of(9, 3, 4)).invert(true).invoke(number)));
    }

    @Override
    boolean isTrained() {
      return false;
    }
  },
  /** Texts in every way of splitting them. */
  TEXTS {
    @Override
    Model make() {
      KerasTensor text = new Input(1).dtype("string").name("text").output();
      List<String> words = List.of("red", "blue", "grey blue", "blue grey", "étés", "GREY");
      TextVectorization plain = new TextVectorization().vocabulary(words);
      Tensor x = new Embedding(plain.vocabularySize(), 3).invoke(plain.invoke(text));
      return Model.of(
          text,
          List.of(
              new Dense(2).invoke(new GlobalAveragePooling1D().invoke(x)),
              new TextVectorization()
                  .vocabulary(words)
                  .ngrams(2)
                  .outputSequenceLength(4)
                  .invoke(text),
              new TextVectorization()
                  .vocabulary(List.of("r", "é", "!", "G"))
                  .split("character")
                  .standardize((String) null)
                  .outputSequenceLength(9)
                  .invoke(text),
              new TextVectorization()
                  .vocabulary(words)
                  .standardize("strip_punctuation")
                  .ngrams(1, 2)
                  .outputMode("count")
                  .invoke(text),
              new TextVectorization()
                  .standardize("lower")
                  .outputMode("tf_idf")
                  .vocabulary(List.of("red", "blue"), List.of(0.5, 2))
                  .invoke(text)));
    }

    @Override
    boolean isTrained() {
      return false;
    }
  },
  /** Inputs and outputs in maps. */
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

    @Override
    boolean isTrained() {
      return false;
    }
  };

  static final int VALUES = 20;
  private static final int ANY = 7;

  abstract Model make();

  /** Whether {@code fit} with its single output makes sense. */
  boolean isTrained() {
    return true;
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
        out.add(strings(shape, s.dim(1) == 1, random));
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

  private static NDArray strings(Shape shape, boolean texts, Random random) {
    String[] words = {
      "red", "blue!", "GREY", "Grey", "étés", "", "blue", "x-y", "rouge été", "\t a.b "
    };
    String[] out = new String[(int) shape.size()];
    for (int i = 0; i < out.length; i++) {
      StringBuilder b = new StringBuilder(words[random.nextInt(words.length)]);
      for (int k = texts ? random.nextInt(6) : 0; k > 0; k--) {
        b.append(' ').append(words[random.nextInt(words.length)]);
      }
      out[i] = b.toString();
    }
    return NDArray.ofStrings(out, shape);
  }

  /** What the model predicts, output by output. */
  static List<NDArray> outputs(Model model, List<NDArray> inputs) {
    Object x = Nest.pack(model.inputSpecs(), inputs);
    List<NDArray> out = new ArrayList<>();
    Nest.flatten(model.predictNested(x, Run.defaults().verbose(0)))
        .forEach(y -> out.add((NDArray) y));
    return out;
  }

  /** The model, after two epochs of training on the backend in use. */
  Model trained() {
    Model m = make();
    if (isTrained()) {
      m.compile("adam", "mse");
      List<NDArray> x = inputs(m, 12, 1);
      NDArray y = outputs(m, x).get(0);
      NDArray wanted = NDArray.zeros(y.dtype(), y.shape());
      m.fit(x.get(0), wanted, Fit.epochs(2).batchSize(4).verbose(0));
    }
    return m;
  }
}
