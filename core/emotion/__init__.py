"""Facial expression recognition: every face in a picture, seven expressions and contempt."""
