package org.keras4j.registry.processor;

import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.TypeElement;

/**
 * A facade to be written.
 *
 * @param name its simple name
 * @param outline whose Javadoc it gets
 * @param families the classes whose methods are its own
 * @param nested its nested facades
 * @param flat whether the enclosing facade has its methods too
 */
record FacadeClass(
    String name,
    TypeElement outline,
    List<TypeElement> families,
    List<FacadeClass> nested,
    boolean flat) {
  /** The classes whose methods stand in this facade itself, those of flat nested ones first. */
  List<TypeElement> ownFamilies() {
    List<TypeElement> out = new ArrayList<>();
    for (FacadeClass n : nested) {
      if (n.flat) {
        out.addAll(n.ownFamilies());
      }
    }
    out.addAll(families);
    return out;
  }

  /** The classes whose methods stand in this facade or a nested one. */
  List<TypeElement> allFamilies() {
    List<TypeElement> out = new ArrayList<>(families);
    nested.forEach(n -> out.addAll(n.allFamilies()));
    return out;
  }
}
