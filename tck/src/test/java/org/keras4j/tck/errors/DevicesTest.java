package org.keras4j.tck.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Fit;

/** The names of devices: Keras's short ones, and those that are not there refused at once. */
class DevicesTest {
  @AfterEach
  void reset() {
    Keras.setDevice("");
  }

  @Test
  void shortNamesMeanTheFirstDeviceOfAKind() {
    for (String name : List.of("cpu", "cpu:0", "CPU", "Cpu:0")) {
      Keras.setDevice("");
      Keras.setDevice(name);
      assertEquals("cpu:0", Keras.device(), name);
    }
    Tensor made = Ops.add(Ops.ones(new int[] {2}), Ops.arange(2));
    assertEquals("cpu:0", ((EagerTensor) made).handle().device());
    Sequential model = new Sequential(new Input(2), new Dense(1));
    model.compile("sgd", "mse");
    model.fit(new float[4][2], new float[4][1], Fit.epochs(1).verbose(0));
    assertEquals(
        "cpu:0", ((EagerTensor) model.weights().get(0).value()).handle().device());
  }

  @Test
  void everyDeviceOfTheBackendCanBeChosen() {
    for (String device : Keras.backend().devices()) {
      Keras.setDevice(device);
      Tensor x = Ops.multiply(Ops.convertToTensor(new float[] {1, 2}), Ops.ones(new int[] {2}));
      assertEquals(device, ((EagerTensor) x).handle().device());
      Tensor constant = Ops.zeros(new int[] {2});
      assertEquals(device, ((EagerTensor) constant).handle().device());
    }
  }

  @Test
  void whatIsNotThereIsRefusedAtOnce() {
    List<String> devices = Keras.backend().devices();
    for (String name :
        List.of("gpu", "gpu:0", "cuda", "cuda:0", "gpu:99", "cpu:1", "tpu:0", "mps")) {
      String kind = name.split(":")[0].replace("cuda", "gpu");
      String full = kind + ":" + (name.contains(":") ? name.split(":")[1] : "0");
      if (devices.contains(full)) {
        Keras.setDevice(name);
        assertEquals(full, Keras.device());
        Keras.setDevice("");
        continue;
      }
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Keras.setDevice(name), name);
      assertTrue(
          e.getMessage().contains("'" + name + "'")
              && e.getMessage().contains(devices.toString())
              && e.getMessage().contains(Keras.backend().name()),
          e.getMessage());
      assertEquals("", Keras.device(), "a refused device changes nothing");
    }
  }

  @Test
  void whatIsNoNameIsRefused() {
    for (String name : List.of(":0", "cpu:", "cpu:x", "cpu 0", "/cpu:0", "cpu:-1", " ")) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Keras.setDevice(name), name);
      assertTrue(e.getMessage().contains("expects a device such as"), e.getMessage());
    }
  }
}
