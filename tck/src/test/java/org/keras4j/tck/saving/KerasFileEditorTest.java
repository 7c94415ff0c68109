package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.saving.KerasFileEditor;
import org.keras4j.saving.ModelFileException;

/** Files of weights looked into, changed and written again. */
@Tag("pytorch")
class KerasFileEditorTest {
  @TempDir
  Path folder;

  private Sequential model() {
    return new Sequential(
        new Input(3),
        new Dense(4),
        new Sequential(new Input(4), new Dense(5), new Dense(2)),
        new Dense(1).name("head"));
  }

  private KerasFileEditor editor(Sequential model) {
    Path file = folder.resolve("m.weights.h5");
    model.saveWeights(file);
    return new KerasFileEditor(file);
  }

  @Test
  void whatIsThereIsShown() {
    Sequential m = model();
    m.compile("sgd", "mse");
    KerasFileEditor e = editor(m);
    assertTrue(e.summary().contains("0: shape=(3, 4), dtype=float32"), e.summary());
    assertTrue(e.summary().contains("sequential"), e.summary());
    assertTrue(e.summary().contains("dense_1 ('head')"), e.summary());
    assertEquals(m.getWeights().get(0), e.weights("layers/dense").get("0"));
    KerasFileEditor.Comparison same = e.compare(m);
    assertEquals(KerasFileEditor.Status.SUCCESS, same.status());
    assertEquals(10, same.matchCount()); // the step counter and the learning rate among them
    Sequential other =
        new Sequential(new Input(3), new Dense(4), new Dense(2), new Dense(1), new Dense(7));
    KerasFileEditor.Comparison c = e.compare(other);
    assertEquals(KerasFileEditor.Status.ERROR, c.status());
    assertEquals(c.errorCount(), c.errors().size());
    assertTrue(c.errors().toString().contains("(4, 2) in the model and (2, 1) in the file"));
    m.save(folder.resolve("m.keras"));
    assertEquals(e.summary(), new KerasFileEditor(folder.resolve("m.keras")).summary());
  }

  @Test
  void weightsFitAModelThatHasChanged() {
    Sequential old = model();
    KerasFileEditor e = editor(old);
    // without the inner model, the last layer wider, another one behind
    Sequential next = new Sequential(new Input(3), new Dense(4), new Dense(1), new Dense(2));
    e.deleteObject("sequential");
    e.addWeights("layers/dense_1", Map.of("0", NDArray.of(new float[4], 4, 1)));
    NDArray kernel = NDArray.of(new float[] {1, 2}, 1, 2);
    NDArray bias = NDArray.of(new float[] {5, 6});
    e.addObject("layers/dense_2", Map.of("0", kernel, "1", NDArray.of(new float[3])));
    e.addWeights("dense_2", Map.of("1", bias));
    assertEquals(
        KerasFileEditor.Status.SUCCESS,
        e.compare(next).status(),
        e.compare(next).toString());
    Path file = folder.resolve("next.weights.h5");
    e.save(file);
    next.loadWeights(file);
    assertTrue(new KerasFileEditor(file).summary().contains("dense_1 ('head')"));
    assertEquals(old.getWeights().get(0), next.getWeights().get(0));
    assertEquals(List.of(kernel, bias), next.getWeights().subList(4, 6));
    e.renameObject("layers/dense_2", "dense_9");
    e.deleteWeight("dense_9", "1");
    assertEquals(Map.of("0", kernel), e.weights("dense_9"));
  }

  @Test
  void whatIsNotThereIsAnError() {
    KerasFileEditor e = editor(model());
    assertThrows(IllegalArgumentException.class, () -> e.deleteObject("nothing"));
    assertThrows(IllegalArgumentException.class, () -> e.deleteObject("layers/nothing"));
    assertTrue(assertThrows(IllegalArgumentException.class, () -> e.deleteObject("dense"))
        .getMessage()
        .contains("2 objects"));
    assertThrows(IllegalArgumentException.class, () -> e.renameObject("layers/dense", "a/b"));
    assertThrows(IllegalArgumentException.class, () -> e.renameObject("layers/dense", "dense_1"));
    assertThrows(IllegalArgumentException.class, () -> e.addObject("a/b", Map.of()));
    assertThrows(IllegalArgumentException.class, () -> e.deleteWeight("layers/dense", "7"));
    assertThrows(ModelFileException.class, () -> e.save(folder.resolve("m.h5")));
    assertThrows(ModelFileException.class, () -> new KerasFileEditor(folder.resolve("m.txt")));
    assertThrows(
        ModelFileException.class, () -> new KerasFileEditor(folder.resolve("no.weights.h5")));
  }
}
