"""Streamlit helpers around the pages: navigation and sign-in, the review deck, charts."""
