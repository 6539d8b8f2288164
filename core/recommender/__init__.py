"""Product recommendations: data, estimators, evaluation, service."""
