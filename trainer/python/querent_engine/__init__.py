"""The part of Querent's trainer that needs tensors."""
