"""Reward models at work: what they make of answers, and what that is good for.

network      the model itself: conversations in, scores out; the one module that loads torch
scoring      a project's answers scored, as a job
pairs        judged pairs that a model was not trained on
measuring    how often it tells them rightly, beside lengths alone, and how sure it may be
best_of      the best of several samples as the answer of a variant of its own
second_looks somebody else asked where the model strongly disagrees with a person
ordering     the queue by what the model is least sure of
spreading    candidates of a round that differ more than two random samples
"""
