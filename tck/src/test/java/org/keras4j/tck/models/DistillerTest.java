package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.models.distillation.DistillationLoss;
import org.keras4j.models.distillation.Distiller;
import org.keras4j.models.distillation.FeatureDistillation;
import org.keras4j.models.distillation.LogitsDistillation;
import org.keras4j.ops.Ops;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.losses.KLDivergence;
import org.keras4j.training.losses.MeanSquaredError;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.SGD;

/** Students trained by teachers, held against what Keras recorded ({@code scripts/record_distillation.py}). */
class DistillerTest {
  private static final Path FOLDER = Path.of(
      System.getProperty("keras4j.home", ".."),
      "tck/src/test/resources/org/keras4j/tck/distillation");
  private static final List<String> LOGS =
      List.of("loss", "student_loss", "distillation_loss", "total_loss");

  @TempDir
  Path folder;

  private static void assertClose(NDArray e, NDArray a, String what) {
    assertEquals(e.shape(), a.shape(), what);
    for (int i = 0; i < e.size(); i++) {
      assertEquals(e.getDouble(i), a.getDouble(i), 2e-5, what + " at " + i);
    }
  }

  private static void compile(Distiller d, boolean several) {
    Compile settings = Compile.optimizer(new SGD().learningRate(0.2));
    SparseCategoricalCrossentropy labels = new SparseCategoricalCrossentropy().fromLogits(true);
    d.compile(
        several ? settings.loss(List.of(labels, new MeanSquaredError())) : settings.loss(labels));
  }

  @ParameterizedTest
  @ValueSource(strings = {"logits", "features", "outputs"})
  void studentsLearnWhatKerassLearn(String name) throws IOException {
    Map<String, NDArray> e = Npz.read(FOLDER.resolve("expected.npz"));
    Distiller d = (Distiller) Model.load(FOLDER.resolve(name + ".keras"));
    boolean several = name.equals("outputs");
    compile(d, several);
    NDArray x = e.get(name + "_x");
    Object y = several ? List.of(e.get(name + "_y0"), e.get(name + "_y1")) : e.get(name + "_y0");
    List<NDArray> teacher = d.teacher().getWeights();
    for (int step = 0; step < 3; step++) {
      assertLogs(e.get(name + "_logs"), step, d.trainOnBatch(x, y));
    }
    assertLogs(e.get(name + "_logs"), 3, d.evaluate(x, y, Run.defaults()));
    assertEquals(teacher, d.teacher().getWeights());
    List<NDArray> student = d.student().getWeights();
    for (int i = 0; i < student.size(); i++) {
      assertClose(e.get(name + "_w" + i), student.get(i), "weight " + i);
    }
    List<Object> outputs = Nest.flatten(d.predictNested(x, Run.defaults()));
    for (int i = 0; i < outputs.size(); i++) {
      assertClose(e.get(name + "_p" + i), (NDArray) outputs.get(i), "output " + i);
    }
    Path file = folder.resolve(name + ".keras");
    d.save(file);
    Distiller again = (Distiller) Model.load(file);
    assertEquals(outputs, Nest.flatten(again.predictNested(x, Run.defaults())));
    assertEquals(d.testOnBatch(x, y), again.testOnBatch(x, y));
    assertEquals(0, again.teacher().trainableVariables().size());
    String keep = System.getProperty("keras4j.distillation.files");
    if (keep != null) { // for the script's check
      d.save(Path.of(keep, name + ".keras"));
    }
  }

  private static void assertLogs(NDArray expected, int step, Map<String, Double> logs) {
    for (int i = 0; i < LOGS.size(); i++) {
      String what = LOGS.get(i) + " of step " + step;
      assertEquals(expected.getDouble(step * LOGS.size() + i), logs.get(LOGS.get(i)), 2e-5, what);
    }
  }

  private static Sequential model(int units) {
    return new Sequential(
        new Input(4), new Dense(units).activation("relu").name("mid"), new Dense(3).name("end"));
  }

  private static float[][] data() {
    float[][] x = new float[32][4];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < 4; j++) {
        x[i][j] = (float) Math.sin(1 + i * 4 + j);
      }
    }
    return x;
  }

  @Test
  void aStudentComesToSayWhatItsTeacherSays() {
    Sequential teacher = model(16);
    Sequential student = model(8);
    Distiller d = new Distiller(
            teacher, student, new LogitsDistillation().temperature(2), new FeatureDistillation())
        .studentLossWeight(0)
        .distillationLossWeights(1, 0.5);
    d.compile(Compile.optimizer(new Adam(0.03))); // no loss is needed
    float[][] x = data();
    int[] y = new int[x.length];
    double before = distance(teacher, student, x);
    d.fit(x, y, Fit.epochs(60).verbose(0));
    assertTrue(distance(teacher, student, x) < before / 4);
    assertEquals(student.predict(x), d.predict(x));
    assertThrows(IllegalStateException.class, () -> d.studentLossWeight(1));
    assertThrows(
        IllegalStateException.class,
        () -> ((LogitsDistillation) d.distillationLosses().get(0)).temperature(1));
  }

  private static double distance(Model a, Model b, Object x) {
    return Ops.mean(Ops.abs(Ops.subtract(a.predict(x), b.predict(x)))).item();
  }

  // of probabilities that are too flat or too sharp the divergence would be another
  @Test
  void theDefaultIsTheDivergenceOfProbabilities() {
    Tensor t = Ops.array(new float[][] {{2, 1, -1}});
    Tensor s = Ops.array(new float[][] {{1, 1.5f, 0}});
    double expected = 4
        * (double) new KLDivergence()
            .invoke(Ops.softmax(Ops.divide(t, 2), -1), Ops.softmax(Ops.divide(s, 2), -1))
            .item();
    for (LogitsDistillation l : List.of(
        new LogitsDistillation(),
        new LogitsDistillation().loss("kl_divergence"),
        new LogitsDistillation().loss(new KLDivergence()))) {
      assertEquals(expected, l.temperature(2).computeLoss(t, s).item(), 1e-6);
    }
  }

  @Test
  void aLossOfOnesOwnIsTakenAndHasToBeAScalar() {
    DistillationLoss own = new DistillationLoss() {
      @Override
      public Tensor computeLoss(Object teacherOutputs, Object studentOutputs) {
        return Ops.max(Ops.abs(Ops.subtract(teacherOutputs, studentOutputs)), -1);
      }
    };
    Distiller d = new Distiller(model(3), model(2), own);
    d.compile("sgd", "mse");
    Exception e = assertThrows(
        IllegalArgumentException.class, () -> d.trainOnBatch(data(), new float[32][3]));
    assertTrue(e.getMessage().contains("scalar, gave one of shape"), e.getMessage());
  }

  @Test
  void whatDoesNotGoTogetherIsSaid() {
    refused(
        "need inputs of the same form",
        () -> new Distiller(
            model(3), new Sequential(new Input(5), new Dense(3)), new LogitsDistillation()));
    refused(
        "need outputs of the same form",
        () -> new Distiller(
            model(3), new Sequential(new Input(4), new Dense(2)), new LogitsDistillation()));
    refused(
        "student: Sequential",
        () -> new Distiller(model(3), model(3), new FeatureDistillation("mid", "middle")));
    refused(
        "which student is not",
        () -> new Distiller(
            model(3), new Sequential(new Dense(3)), new FeatureDistillation("mid", "mid")));
    refused("expects a distillation loss", () -> new Distiller(model(3), model(3)));
    refused("number above 0", () -> new LogitsDistillation().temperature(0));
    refused("at least one loss", () -> new FeatureDistillation().loss(Arrays.asList(null, null)));
    refused(
        "from 0 to 1",
        () -> new Distiller(model(3), model(3), new LogitsDistillation()).studentLossWeight(1.5));
    refused(
        "expects 1 numbers",
        () -> new Distiller(model(3), model(3), new LogitsDistillation())
            .distillationLossWeights(1, 1));
    refused("losses are nested as [., .]", () -> {
      Distiller d =
          new Distiller(model(3), model(3), new LogitsDistillation().loss(List.of("mse", "mse")));
      d.compile("sgd", "mse");
      d.trainOnBatch(data(), new float[32][3]);
    });
    refused("compiled without a loss of the student", () -> {
      Distiller d = new Distiller(model(3), model(3), new LogitsDistillation());
      d.compile(Compile.optimizer("sgd"));
      d.trainOnBatch(data(), new float[32][3]);
    });
  }

  private static void refused(String words, Runnable made) {
    Exception e = assertThrows(IllegalArgumentException.class, made::run);
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }
}
