package org.keras4j.hub.bert;

import java.util.Map;

/** The kinds of encoders that there are. */
enum BertFamily {
  BERT("bert."),
  ROBERTA("roberta."),
  DISTILBERT("distilbert.");

  /** By {@code model_type} of Hugging Face. */
  static final Map<String, BertFamily> TYPES = Map.of(
      "bert", BERT,
      "roberta", ROBERTA,
      "xlm-roberta", ROBERTA,
      "camembert", ROBERTA,
      "distilbert", DISTILBERT);

  /** By {@code class_name} of KerasHub. */
  static final Map<String, BertFamily> CLASSES = Map.of(
      "BertBackbone", BERT,
      "RobertaBackbone", ROBERTA,
      "XLMRobertaBackbone", ROBERTA,
      "DistilBertBackbone", DISTILBERT);

  /** What stands before the names of the encoder's arrays in files of models with a head. */
  final String prefix;

  BertFamily(String prefix) {
    this.prefix = prefix;
  }
}
