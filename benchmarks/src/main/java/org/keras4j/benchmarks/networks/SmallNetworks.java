package org.keras4j.benchmarks.networks;

import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/** Networks of a few layers. */
public final class SmallNetworks {
  private SmallNetworks() {}

  /** Two hidden layers of 512 on flat digits. */
  public static Model perceptron() {
    return new Sequential(
        new Input(784),
        new Dense(512).activation("relu"),
        new Dense(512).activation("relu"),
        new Dense(10).activation("softmax"));
  }

  /** Two convolutions on images of digits. */
  public static Model convolutional() {
    return new Sequential(
        new Input(28, 28, 1),
        new Conv2D(32, 3).activation("relu"),
        new MaxPooling2D(2),
        new Conv2D(64, 3).activation("relu"),
        new MaxPooling2D(2),
        new Flatten(),
        new Dropout(0.5),
        new Dense(10).activation("softmax"));
  }

  /** An LSTM that judges sequences of 80 tokens. */
  public static Model recurrent(int vocabulary) {
    return new Sequential(
        new Input(80).dtype("int32"),
        new Embedding(vocabulary, 128),
        new LSTM(64),
        new Dense(1).activation("sigmoid"));
  }

  /** One hidden layer of 32, for measuring the loop around it. */
  public static Model tiny() {
    return new Sequential(
        new Input(20), new Dense(32).activation("relu"), new Dense(1).activation("sigmoid"));
  }

  /** A chain of that many layers of 8 units. */
  public static Model chain(int layers) {
    Tensor in = Input.of(8);
    Tensor x = in;
    for (int i = 1; i < layers; i++) {
      x = new Dense(8).activation("relu").invoke(x);
    }
    return Model.of(in, new Dense(8).activation("softmax").invoke(x));
  }
}
