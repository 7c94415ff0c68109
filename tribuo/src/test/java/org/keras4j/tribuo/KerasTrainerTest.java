package org.keras4j.tribuo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.Adam;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.ensemble.BaggingTrainer;
import org.tribuo.evaluation.CrossValidation;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.evaluation.RegressionEvaluator;

/** Networks in Tribuo's own hands: evaluators, cross-validation, ensembles. */
class KerasTrainerTest {
  private static final LabelFactory LABELS = new LabelFactory();
  private static final RegressionFactory NUMBERS = new RegressionFactory();

  private static <T extends Output<T>> MutableDataset<T> dataset(
      List<Example<T>> examples, OutputFactory<T> factory) {
    return new MutableDataset<>(examples, new SimpleDataSourceProvenance("made", factory), factory);
  }

  // features by name in no order, some missing
  private static MutableDataset<Label> classes(int n, int seed) {
    Random random = new Random(seed);
    List<Example<Label>> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int c = random.nextInt(3);
      ArrayExample<Label> e = new ArrayExample<>(new Label("class " + c));
      for (int f = 3; f >= 0; f--) {
        if (f != 3 || random.nextBoolean()) {
          e.add("f" + f, random.nextGaussian() * 0.5 + (f == c ? 2 : 0));
        }
      }
      out.add(e);
    }
    return dataset(out, LABELS);
  }

  private static KerasClassifier classifier() {
    return new KerasClassifier(
        (inputs, classes) -> {
          Sequential m = new Sequential(
              new Input(inputs),
              new Dense(16).activation("relu"),
              new Dense(classes).activation("softmax"));
          m.compile(new Adam(0.02), "sparse_categorical_crossentropy");
          return m;
        },
        () -> Fit.epochs(30).verbose(0));
  }

  @Test
  void classesAreTold() {
    SeedGenerator.setRandomSeed(1);
    KerasModel<Label> model = classifier().train(classes(200, 1));
    var e = new LabelEvaluator().evaluate(model, classes(100, 2));
    assertTrue(e.accuracy() > 0.9, e.toString());
    assertTrue(model.generatesProbabilities());
    Prediction<Label> p = model.predict(classes(1, 3).getExample(0));
    double sum =
        p.getOutputScores().values().stream().mapToDouble(Label::getScore).sum();
    assertEquals(1, sum, 1e-5);
    assertEquals(
        p.getOutput().getScore(),
        p.getOutputScores().values().stream().mapToDouble(Label::getScore).max().orElseThrow());
    assertTrue(model.getProvenance().toString().contains("KerasClassifier"));
    KerasModel<Label> copy = (KerasModel<Label>) model.copy();
    assertNotSame(model.network(), copy.network());
    assertEquals(p.getOutput(), copy.predict(classes(1, 3).getExample(0)).getOutput());
    ArrayExample<Label> unknown = new ArrayExample<>(LABELS.getUnknownOutput());
    unknown.add("other", 1);
    assertThrows(IllegalArgumentException.class, () -> model.predict(unknown));
  }

  @Test
  void tribuosToolsTakeThem() {
    SeedGenerator.setRandomSeed(2);
    var folds =
        new CrossValidation<>(classifier(), classes(90, 4), new LabelEvaluator(), 3).evaluate();
    assertEquals(3, folds.size());
    folds.forEach(f -> assertTrue(f.getA().accuracy() > 0.75, f.getA().toString()));
    BaggingTrainer<Label> bagging = new BaggingTrainer<>(classifier(), new VotingCombiner(), 2);
    Model<Label> ensemble = bagging.train(classes(120, 5));
    assertTrue(new LabelEvaluator().evaluate(ensemble, classes(60, 6)).accuracy() > 0.8);
  }

  @Test
  void oneNumberIsForTheSecondOfTwoClasses() {
    KerasClassifier.Builder sigmoid = (inputs, classes) -> {
      Sequential m = new Sequential(new Input(inputs), new Dense(1).activation("sigmoid"));
      m.compile(new Adam(0.05), "binary_crossentropy");
      return m;
    };
    List<Example<Label>> out = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      ArrayExample<Label> e = new ArrayExample<>(new Label(i % 2 == 0 ? "no" : "yes"));
      e.add("x", i % 2 == 0 ? -3 : 3);
      out.add(e);
    }
    Model<Label> model =
        new KerasClassifier(sigmoid, () -> Fit.epochs(60).verbose(0)).train(dataset(out, LABELS));
    for (int i = 0; i < 4; i++) {
      assertEquals(
          out.get(i).getOutput().getLabel(),
          model.predict(out.get(i)).getOutput().getLabel());
    }
  }

  @Test
  void numbersAreToldByName() {
    List<Example<Regressor>> out = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 256; i++) {
      double a = random.nextDouble();
      double b = random.nextDouble();
      // names in another order than their own
      ArrayExample<Regressor> e = new ArrayExample<>(
          new Regressor(new String[] {"sum", "less"}, new double[] {a + b, a - b}));
      e.add("b", b);
      e.add("a", a);
      out.add(e);
    }
    MutableDataset<Regressor> data = dataset(out, NUMBERS);
    Model<Regressor> model = new KerasRegressor(
            (inputs, numbers) -> {
              Sequential m = new Sequential(new Input(inputs), new Dense(numbers));
              m.compile(new Adam(0.05), "mse");
              return m;
            },
            () -> Fit.epochs(40).verbose(0))
        .train(data, Map.of());
    Regressor r = model.predict(out.get(0)).getOutput();
    assertEquals(
        out.get(0).getOutput().getDimension("sum").orElseThrow().getValue(),
        r.getDimension("sum").orElseThrow().getValue(),
        0.05);
    assertEquals(
        out.get(0).getOutput().getDimension("less").orElseThrow().getValue(),
        r.getDimension("less").orElseThrow().getValue(),
        0.05);
    var e = new RegressionEvaluator().evaluate(model, data);
    assertTrue(e.averageR2() > 0.95, e.toString());
  }
}
