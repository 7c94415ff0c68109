package org.keras4j.layers.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.pytorch.PyTorch;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;

/** Layers inside a training loop of libtorch: its automatic differentiation and its optimizer. */
class LibtorchLoopTest {
  @BeforeAll
  static void backend() {
    Keras.setBackend("pytorch");
  }

  @Test
  void layersLearnByLibtorch() {
    Dense hidden = new Dense(16).activation("tanh");
    Dense last = new Dense(1);
    hidden.buildFor(Shape.of(8, 4));
    last.buildFor(Shape.of(8, 16));
    List<Tensor> parameters = new ArrayList<>();
    List<Variable> variables = new ArrayList<>(hidden.trainableVariables());
    variables.addAll(last.trainableVariables());
    for (Variable v : variables) {
      Tensor p = PyTorch.toTorch(v.eager()).detach().clone().set_requires_grad(true);
      parameters.add(p);
      v.store(PyTorch.fromTorch(p)); // one memory: what the optimizer does to it, the layer sees
    }
    TensorVector all = new TensorVector(parameters.toArray(new Tensor[0]));
    SGD optimizer = new SGD(all, new SGDOptions(0.1));
    torch.manual_seed(1);
    Tensor x = torch.randn(8, 4);
    Tensor y = x.sum().mul(new Scalar(0.0)).add(x.select(1, 0).unsqueeze(1));
    double first = 0;
    double loss = 0;
    for (int i = 0; i < 60; i++) {
      optimizer.zero_grad();
      Tensor out = PyTorch.toTorch(last.invoke(hidden.invoke(PyTorch.fromTorch(x))));
      assertTrue(out.requires_grad());
      Tensor l = torch.mse_loss(out, y);
      l.backward();
      optimizer.step();
      loss = l.item_double();
      first = i == 0 ? loss : first;
    }
    assertTrue(loss < first / 20, "loss went from " + first + " to " + loss);
    // the gradient is the function's own: that of the last bias is the mean of 2 (out - y)
    Tensor out = PyTorch.toTorch(last.invoke(hidden.invoke(PyTorch.fromTorch(x))));
    optimizer.zero_grad();
    torch.mse_loss(out, y).backward();
    double expected = out.sub(y).mean().item_double() * 2;
    assertEquals(expected, parameters.get(3).grad().item_double(), 1e-6);
  }
}
